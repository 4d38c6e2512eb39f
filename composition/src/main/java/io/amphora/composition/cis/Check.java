package io.amphora.composition.cis;

import io.amphora.api.ApiException;
import java.io.IOException;
import java.io.UncheckedIOException;

/// A row of the benchmark.
///
/// @param id as the benchmark counts
public record Check(String id, String title, Judge judge) {
    /// Looks at the evidence.
    interface Judge {
        Verdict judge(Evidence evidence) throws IOException;
    }

    static Check of(String id, String title, Judge judge) {
        return new Check(id, title, judge);
    }

    static Check notApplicable(String id, String title, String why) {
        return of(id, title, _ -> Verdict.notApplicable(why));
    }

    /// What Amphora cannot do yet: no cluster passes.
    static Check missing(String id, String title, String why) {
        return of(id, title, _ -> Verdict.fail(why));
    }

    /// What cannot be looked at has not passed.
    public Verdict verdict(Evidence evidence) {
        try {
            return judge.judge(evidence);
        } catch (IOException | UncheckedIOException | ApiException unseen) {
            return Verdict.fail("could not be judged: " + unseen.getMessage());
        }
    }
}
