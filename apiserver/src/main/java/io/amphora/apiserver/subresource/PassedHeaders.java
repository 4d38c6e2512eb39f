package io.amphora.apiserver.subresource;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which headers of a request another server gets to see, and which of its answer the client does.
public final class PassedHeaders {
    /// Of one connection only (RFC 9110, 7.6.1), or set by the client that sends the request on.
    private static final Set<String> OF_ONE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    /// Who asks us, or whom we are to take them for, is not the other side's business.
    private static final List<String> OF_THE_ASKER =
            List.of("authorization", "cookie", "impersonate-", "proxy-", "x-remote-");

    /// About all of this server, for which none of those behind it may speak.
    private static final List<String> OF_THE_SERVER = List.of(
            "access-control-", "alt-svc", "clear-site-data", "proxy-", "set-cookie", "strict-transport-security");

    private static final String PROTOCOLS = "sec-websocket-protocol";
    private static final String BEARER = "base64url.bearer.authorization.k8s.io.";

    private PassedHeaders() {}

    public static Map<String, List<String>> ofRequest(Map<String, List<String>> headers) {
        Map<String, List<String>> passed = without(headers, OF_THE_ASKER);
        List<String> protocols = passed.remove(PROTOCOLS);
        if (protocols != null) {
            String left = tokens(protocols)
                    .filter(protocol -> !protocol.startsWith(BEARER))
                    .collect(Collectors.joining(", "));
            if (!left.isEmpty()) passed.put(PROTOCOLS, List.of(left));
        }
        return passed;
    }

    /// Of a request that asks for another protocol.
    public static Map<String, List<String>> ofUpgrade(Map<String, List<String>> headers) {
        Map<String, List<String>> passed = ofRequest(headers);
        passed.put("upgrade", headers.getOrDefault("upgrade", List.of()));
        passed.put("connection", List.of("Upgrade"));
        return passed;
    }

    public static Map<String, List<String>> ofAnswer(Map<String, List<String>> headers) {
        return without(headers, OF_THE_SERVER);
    }

    /// Of an answer that switches to the protocol.
    public static Map<String, List<String>> ofSwitch(Map<String, List<String>> headers) {
        Map<String, List<String>> passed = ofAnswer(headers);
        passed.put("upgrade", headers.getOrDefault("upgrade", List.of()));
        return passed;
    }

    private static Map<String, List<String>> without(Map<String, List<String>> headers, List<String> prefixes) {
        Set<String> named = tokens(headers.getOrDefault("connection", List.of()))
                .map(name -> name.toLowerCase(Locale.ROOT))
                .collect(Collectors.toSet());
        var passed = new LinkedHashMap<String, List<String>>();
        headers.forEach((name, values) -> {
            boolean kept = !OF_ONE_CONNECTION.contains(name)
                    && !named.contains(name)
                    && prefixes.stream().noneMatch(name::startsWith);
            if (kept) passed.put(name, values);
        });
        return passed;
    }

    private static Stream<String> tokens(List<String> values) {
        return values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .filter(token -> !token.isEmpty());
    }
}
