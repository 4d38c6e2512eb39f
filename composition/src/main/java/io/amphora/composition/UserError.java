package io.amphora.composition;

/// Something the user can put right: the message is the one sentence that is shown, and says what to do.
final class UserError extends RuntimeException {
    UserError(String message) {
        super(message);
    }
}
