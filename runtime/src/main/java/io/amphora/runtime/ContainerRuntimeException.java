package io.amphora.runtime;

/// A runtime said no, or could not be reached. The message is the runtime's own: it ends up in events and
/// statuses.
public final class ContainerRuntimeException extends RuntimeException {
    private final Code code;

    public enum Code {
        NOT_FOUND,
        DEADLINE_EXCEEDED,
        UNAVAILABLE,
        UNIMPLEMENTED,
        OTHER
    }

    public ContainerRuntimeException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public ContainerRuntimeException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    public Code code() {
        return code;
    }
}
