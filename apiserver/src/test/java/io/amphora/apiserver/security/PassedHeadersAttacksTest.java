package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.subresource.PassedHeaders;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a Pod does not learn of those who are proxied to it, and what it does not tell them about this server.
class PassedHeadersAttacksTest {
    private static final List<String> CONNECTION = List.of("close, X-Hop");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "authorization",
                "cookie",
                "impersonate-user",
                "impersonate-group",
                "impersonate-uid",
                "impersonate-extra-scopes",
                "x-remote-user",
                "x-remote-group",
                "x-remote-uid",
                "x-remote-extra-a",
                "proxy-authorization",
                "connection",
                "x-hop",
                "te",
                "upgrade",
            })
    void a_pod_does_not_see(String header) {
        var headers = with(header);
        assertThat(PassedHeaders.ofRequest(headers)).doesNotContainKey(header).containsKey("accept");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "set-cookie",
                "set-cookie2",
                "access-control-allow-origin",
                "strict-transport-security",
                "alt-svc",
                "clear-site-data",
                "proxy-authenticate",
                "x-hop",
            })
    void a_client_does_not_see(String header) {
        assertThat(PassedHeaders.ofAnswer(with(header)))
                .doesNotContainKey(header)
                .containsKey("accept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base64url.bearer.authorization.k8s.io.c2VjcmV0", "base64url.bearer.authorization.k8s.io."})
    void a_token_among_the_protocols_of_a_web_socket_is_not_passed_on(String token) {
        var headers = with("sec-websocket-protocol");
        headers.put("sec-websocket-protocol", List.of(token + ", chat", "v1"));
        headers.put("upgrade", List.of("websocket"));
        assertThat(PassedHeaders.ofUpgrade(headers))
                .containsEntry("sec-websocket-protocol", List.of("chat, v1"))
                .containsEntry("upgrade", List.of("websocket"))
                .containsEntry("connection", List.of("Upgrade"));
    }

    private static Map<String, List<String>> with(String header) {
        var headers = new LinkedHashMap<String, List<String>>();
        headers.put("accept", List.of("*/*"));
        headers.put("connection", CONNECTION);
        headers.putIfAbsent(header, List.of("secret"));
        return headers;
    }
}
