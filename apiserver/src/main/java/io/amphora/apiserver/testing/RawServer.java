package io.amphora.apiserver.testing;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/// A server as a recorded conversation meets it: bytes in, bytes out.
public interface RawServer {
    /// @param target path and query, as sent
    /// @param headers by name
    /// @param body empty for none
    Answer call(String method, String target, Map<String, String> headers, byte[] body);

    /// A GET whose answer goes on until `events` lines came, or `longest` has passed, whichever is first.
    ///
    /// @param events 0 for as many as come
    Answer watch(String target, Map<String, String> headers, int events, Duration longest);

    /// @param headers by lower-case name
    record Answer(int code, Map<String, List<String>> headers, byte[] body) {
        public String header(String name) {
            List<String> values = headers.getOrDefault(name, List.of());
            return values.isEmpty() ? "" : values.getFirst();
        }
    }
}
