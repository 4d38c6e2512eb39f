package io.amphora.composition.cis;

/// What became of a check.
///
/// @param reason what was seen; of what does not apply, why not
public record Verdict(Result result, String reason) {
    public enum Result {
        PASS,
        FAIL,
        NOT_APPLICABLE
    }

    static Verdict pass(String seen) {
        return new Verdict(Result.PASS, seen);
    }

    static Verdict fail(String seen) {
        return new Verdict(Result.FAIL, seen);
    }

    static Verdict notApplicable(String why) {
        return new Verdict(Result.NOT_APPLICABLE, why);
    }

    static Verdict of(boolean good, String seen) {
        return good ? pass(seen) : fail(seen);
    }
}
