package io.amphora.apiserver.state;

/// A write that is refused for its size; nothing has happened.
public final class NoRoomException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// Why there is no room.
    public enum Reason {
        /// The object is larger than any may be.
        OBJECT_TOO_LARGE,
        /// The objects of the cluster take as much memory as they may.
        STATE_FULL
    }

    private final Reason reason;

    NoRoomException(Reason reason, String message) {
        super(message, null, false, false);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
