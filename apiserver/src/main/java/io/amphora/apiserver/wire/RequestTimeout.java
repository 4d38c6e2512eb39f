package io.amphora.apiserver.wire;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.machinery.time.GoDuration;
import java.time.Duration;
import java.util.Optional;

/// How long a client gives an answer (the query parameter `timeout`). What may go on for ever has none.
final class RequestTimeout {
    private RequestTimeout() {}

    /// @return empty when the client gives all the time there is
    /// @throws ApiException 400 for what is no duration
    static Optional<Duration> of(ApiRequest request) {
        String text = request.parameter("timeout");
        if (text.isEmpty() || RequestInfo.of(request).isLongRunning()) return Optional.empty();
        try {
            return Optional.of(GoDuration.parse(text)).filter(Duration::isPositive);
        } catch (IllegalArgumentException malformed) {
            throw ApiException.badRequest("invalid timeout specified in the request URL - " + malformed.getMessage());
        }
    }
}
