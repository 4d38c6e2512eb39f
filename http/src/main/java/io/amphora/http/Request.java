package io.amphora.http;

import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A request of a client.
///
/// @param uri     absolute: `https://host:port/path?query`, percent-encoded
/// @param headers `host` and `content-length` are added where missing
/// @param timeout until the head of the answer has come; the body may take for ever
public record Request(String method, URI uri, Map<String, List<String>> headers, Body body, Duration timeout) {
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    public sealed interface Body {
        Body NONE = new Bytes(new byte[0]);

        /// Not copied: must not change until the request is answered.
        record Bytes(byte[] bytes) implements Body {}

        /// Sent as it is read, by a virtual thread of its own. A request with such a body is never tried twice.
        record Stream(InputStream input) implements Body {}
    }

    public Request {
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw new IllegalArgumentException("not an absolute http or https URL: " + uri);
        }
    }

    public static Request of(String method, String url) {
        return new Request(method, URI.create(url), Map.of(), Body.NONE, DEFAULT_TIMEOUT);
    }

    public static Request get(String url) {
        return of("GET", url);
    }

    /// With the header's values replaced by this one.
    public Request withHeader(String name, String value) {
        var changed = new LinkedHashMap<>(headers);
        changed.put(Headers.lowerCase(name), List.of(value));
        return withHeaders(changed);
    }

    public Request withHeaders(Map<String, List<String>> headers) {
        return new Request(method, uri, headers, body, timeout);
    }

    public Request withBody(byte[] bytes) {
        return new Request(method, uri, headers, new Body.Bytes(bytes), timeout);
    }

    public Request withBody(InputStream input) {
        return new Request(method, uri, headers, new Body.Stream(input), timeout);
    }

    public Request withTimeout(Duration timeout) {
        return new Request(method, uri, headers, body, timeout);
    }

    /// What stands behind the method on the wire.
    String target() {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    Origin origin() {
        boolean secure = uri.getScheme().equals("https");
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new Origin(secure, bare, port);
    }

    /// @param host without the brackets of an IPv6 address
    record Origin(boolean secure, String host, int port) {
        /// For `host` and `:authority`: without the port if it is the scheme's own (RFC 9110, 7.2).
        String authority() {
            String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return port == (secure ? 443 : 80) ? name : name + ":" + port;
        }

        @Override
        public String toString() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }
}
