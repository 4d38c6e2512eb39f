package io.amphora.client;

/// A kubeconfig that cannot be used; the message says what to change, for the user's eyes.
public final class KubeconfigException extends RuntimeException {
    public KubeconfigException(String message) {
        super(message);
    }
}
