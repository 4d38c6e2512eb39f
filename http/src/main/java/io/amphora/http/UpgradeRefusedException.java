package io.amphora.http;

import java.io.IOException;

/// The server answered a request for another protocol with something else than a 101.
public final class UpgradeRefusedException extends IOException {
    private final transient Response response;

    public UpgradeRefusedException(Response response) {
        super("the server refused the upgrade with status " + response.status());
        this.response = response;
    }

    /// What the server said instead; to be closed.
    public Response response() {
        return response;
    }
}
