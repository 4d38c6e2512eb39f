package io.amphora.kubectl;

import io.amphora.api.ApiException;
import java.util.LinkedHashSet;
import java.util.Set;

/// What went wrong on the way, while the rest went on; told at the end.
public final class Problems {
    private final Set<String> said = new LinkedHashSet<>();

    public void attempt(Runnable work) {
        try {
            work.run();
        } catch (ApiException refused) {
            add(Refusals.describe(refused));
        } catch (Failure failure) {
            add(failure.shown());
        }
    }

    /// @param doing what was being done, such as `error when creating "a.yaml": `
    public void attempt(String doing, Runnable work) {
        attempt(() -> {
            try {
                work.run();
            } catch (ApiException refused) {
                throw Refusals.during(doing, refused);
            }
        });
    }

    public void add(String problem) {
        if (!problem.isEmpty()) said.add(problem);
    }

    public boolean isEmpty() {
        return said.isEmpty();
    }

    /// Ends the command when there was any problem.
    public void conclude(Session session) {
        if (said.isEmpty()) return;
        session.console().out().flush();
        said.forEach(session::warn);
        throw Failure.silent(1);
    }
}
