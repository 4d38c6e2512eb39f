package io.amphora.http;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Headers as this module shows them (lower-case name -> values), and as HTTP/2 has them.
final class Headers {
    /// Belong to a connection of HTTP/1.1; a peer has to treat an HTTP/2 message that carries one as malformed (RFC 9113, 8.2.2).
    private static final Set<String> OF_CONNECTION =
            Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

    private Headers() {}

    static Map<String, List<String>> map(Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> entries) {
        var map = new LinkedHashMap<String, List<String>>();
        for (var entry : entries) {
            String name = entry.getKey().toString();
            if (!name.startsWith(":")) {
                map.computeIfAbsent(lowerCase(name), _ -> new ArrayList<>(1)).add(entry.getValue().toString());
            } else if (name.equals(":authority")) {
                map.computeIfAbsent("host", _ -> new ArrayList<>(1)).addFirst(entry.getValue().toString());
            }
        }
        return map;
    }

    static Http2Headers http2(Map<String, List<String>> headers) {
        var result = new DefaultHttp2Headers(true, true, 8);
        for (var entry : headers.entrySet()) {
            String name = lowerCase(entry.getKey());
            if (!OF_CONNECTION.contains(name)) {
                for (String value : entry.getValue()) {
                    result.add(name, value);
                }
            }
        }
        return result;
    }

    static boolean has(Map<String, List<String>> headers, String lowerCaseName) {
        return headers.containsKey(lowerCaseName)
                || headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase(lowerCaseName));
    }

    /// Names are nearly always in lower case already.
    static String lowerCase(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return name.toLowerCase(Locale.ROOT);
            }
        }
        return name;
    }
}
