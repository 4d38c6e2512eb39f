package io.amphora.kubelet.server;

/// A request that can't be answered: a status and a sentence, which the API server puts into its own answer.
final class Refused extends Exception {
    private final int status;

    Refused(int status, String message) {
        super(message);
        this.status = status;
    }

    int status() {
        return status;
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
