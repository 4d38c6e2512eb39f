package io.amphora.kubectl;

import io.amphora.api.ApiException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What went wrong on the way, while the rest went on; told at the end.
///
/// What is wrong with files is one problem, however many it is wrong with, and one problem among others is told
/// without `error: `: kubectl's way.
public final class Problems {
    private static final String ERROR = "error: ";

    private final Set<String> ofFiles = new LinkedHashSet<>();
    private final Set<String> said = new LinkedHashSet<>();
    private boolean filesFirst;

    /// For a command that reads all files before it does anything, and so tells first what is wrong with them.
    public Problems filesFirst() {
        filesFirst = true;
        return this;
    }

    public void attempt(Runnable work) {
        attempt(work, said);
    }

    private static void attempt(Runnable work, Set<String> problems) {
        try {
            work.run();
        } catch (ApiException refused) {
            problems.add(Refusals.describe(refused));
        } catch (Failure failure) {
            if (!failure.shown().isEmpty()) problems.add(failure.shown());
        }
    }

    /// Something that can only fail by what a file says.
    void attemptFile(Runnable work) {
        attempt(work, ofFiles);
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

    /// @param problem what is wrong with a file
    void addOfFile(String problem) {
        ofFiles.add(problem);
    }

    public boolean isEmpty() {
        return said.isEmpty() && ofFiles.isEmpty();
    }

    /// Ends the command when there was any problem.
    public void conclude(Session session) {
        if (isEmpty()) return;
        session.console().out().flush();
        lines().forEach(session::warn);
        throw Failure.silent(1);
    }

    List<String> lines() {
        var lines = new ArrayList<>(said);
        if (said.isEmpty()) lines.addAll(ofFiles);
        else if (!ofFiles.isEmpty()) lines.add(filesFirst ? 0 : lines.size(), together());
        if (lines.size() > 1) lines.replaceAll(Problems::bare);
        return lines;
    }

    private String together() {
        if (ofFiles.size() == 1) return ofFiles.iterator().next();
        return "[" + String.join(", ", ofFiles.stream().map(Problems::bare).toList()) + "]";
    }

    private static String bare(String problem) {
        return problem.startsWith(ERROR) ? problem.substring(ERROR.length()) : problem;
    }
}
