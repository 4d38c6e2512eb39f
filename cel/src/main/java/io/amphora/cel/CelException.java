package io.amphora.cel;

/// Why an expression has no value, in the words that Kubernetes uses. Part of the language (`||` swallows it), so it
/// has no stack trace.
public class CelException extends RuntimeException {
    public CelException(String message) {
        super(message, null, false, false);
    }

    /// The evaluation took more than it may.
    public static final class CostExceeded extends CelException {
        CostExceeded() {
            super("operation cancelled: actual cost limit exceeded");
        }
    }

    public static CelException noSuchOverload() {
        return new CelException("no such overload");
    }

    public static CelException conversion(String from, String to) {
        return new CelException("type conversion error from '" + from + "' to '" + to + "'");
    }
}
