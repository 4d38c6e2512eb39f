package io.amphora.machinery.select;

/// A text or object that is no selector; the message is the one Kubernetes gives.
public final class SelectorException extends IllegalArgumentException {
    SelectorException(String message) {
        super(message);
    }
}
