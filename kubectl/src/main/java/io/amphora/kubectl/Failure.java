package io.amphora.kubectl;

/// Ends the command. The message goes to stderr as it is; the code is the process's.
public final class Failure extends RuntimeException {
    private final String shown;
    private final int code;

    private Failure(String shown, int code) {
        super(shown, null, false, false);
        this.shown = shown;
        this.code = code;
    }

    /// `error: …`, exit code 1.
    public static Failure error(String message) {
        return new Failure("error: " + message, 1);
    }

    /// `error: …` and the hint where to find help.
    public static Failure usage(String command, String message) {
        return new Failure("error: " + message + "\nSee 'kubectl " + command + " -h' for help and examples", 1);
    }

    /// The text alone.
    public static Failure plain(String text) {
        return new Failure(text, 1);
    }

    /// Everything has been said already.
    public static Failure silent(int code) {
        return new Failure("", code);
    }

    public String shown() {
        return shown;
    }

    public int code() {
        return code;
    }
}
