package io.amphora.machinery.quantity;

/// A text that is no quantity; the message is the one Kubernetes gives.
public final class QuantityFormatException extends IllegalArgumentException {
    QuantityFormatException(String message) {
        super(message);
    }
}
