package io.amphora.apiserver.wire;

import io.amphora.api.ApiException;
import io.amphora.apiserver.request.Bodies;
import io.amphora.http.HttpExchange;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The body of a request, which stays in the network until somebody needs it: who is refused has sent it in vain. Read
/// once.
final class IncomingBody implements Supplier<byte[]> {
    private final HttpExchange exchange;
    private byte @Nullable [] read;

    IncomingBody(HttpExchange exchange) {
        this.exchange = exchange;
    }

    /// @throws ApiException 413 beyond the limit, 400 when the client goes away or is too slow
    @Override
    public byte[] get() {
        byte[] bytes = read;
        if (bytes == null) read = bytes = read();
        return bytes;
    }

    private byte[] read() {
        try {
            return exchange.body(Bodies.LIMIT);
        } catch (HttpExchange.BodyTooLargeException large) {
            throw Bodies.tooLarge();
        } catch (IOException broken) {
            throw ApiException.badRequest("the body did not come whole: " + broken.getMessage());
        }
    }
}
