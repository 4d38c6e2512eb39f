package io.amphora.http;

import java.io.IOException;

/// The server surely did not act on the request, so it can be sent again on another connection.
final class NotProcessedException extends IOException {
    NotProcessedException(String message) {
        super(message);
    }
}
