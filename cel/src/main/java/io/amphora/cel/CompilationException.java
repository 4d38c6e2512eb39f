package io.amphora.cel;

/// Where an expression is wrong and why, each error with its place, as Kubernetes prints it.
public final class CompilationException extends Exception {
    private final boolean onlyWhenRun;

    CompilationException(String message, boolean onlyWhenRun) {
        super(message);
        this.onlyWhenRun = onlyWhenRun;
    }

    /// Whether its types fit, and only a program cannot be made of it.
    public boolean onlyWhenRun() {
        return onlyWhenRun;
    }
}
