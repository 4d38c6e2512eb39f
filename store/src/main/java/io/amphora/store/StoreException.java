package io.amphora.store;

/// The store cannot do what it was asked; the message says why in one sentence and names file and remedy where
/// there is one.
public class StoreException extends RuntimeException {
    public StoreException(String message) {
        super(message);
    }

    public StoreException(String message, Throwable cause) {
        super(message, cause);
    }
}
