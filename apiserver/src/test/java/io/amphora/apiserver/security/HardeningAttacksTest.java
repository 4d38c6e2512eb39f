package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.DefaultTolerationSeconds;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.admission.podsecurity.Policy;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.chain.Credentials;
import io.amphora.apiserver.request.Reply;
import io.amphora.machinery.random.Randomness;
import io.amphora.store.MemoryStore;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a hardened server refuses that others do not.
class HardeningAttacksTest {
    private static final Credentials STRANGER = new Credentials.Connection(List.of(), InetAddress.getLoopbackAddress());

    private final ApiServer server = ApiServer.start(
            new MemoryStore(), ApiServerConfig.standard().withAnonymous(false).withPlugins(plugins()));

    private static List<AdmissionPlugin> plugins() {
        var plugins = new ArrayList<>(Plugins.optional());
        plugins.addAll(Plugins.standard(Randomness.system(), new DefaultTolerationSeconds(), Policy.Level.BASELINE));
        return List.copyOf(plugins);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @ParameterizedTest(name = "a stranger who asks for {0} gets {1}")
    @CsvSource({
        "/healthz, 200",
        "/livez, 200",
        "/readyz, 200",
        "/version, 401",
        "/api, 401",
        "/healthz/, 401",
        "/api/v1/namespaces/kube-public/configmaps, 401",
        "/api/v1/namespaces/kube-public/configmaps/cluster-info, 404",
    })
    void strangers(String path, int code) {
        var request = new ApiRequest("GET", path, Map.of(), Map.of(), null);
        assertThat(code(server.chain().answer(request, STRANGER).reply())).isEqualTo(code);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "a Service takes an address of others | services | {\"metadata\":{\"name\":\"a\"},\"spec\":"
                        + "{\"externalIPs\":[\"192.0.2.1\"],\"ports\":[{\"port\":80}]}} | 403",
                "a Service takes none | services | {\"metadata\":{\"name\":\"a\"},\"spec\":{\"ports\":[{\"port\":80}]}} | 201",
                "a Pod uses the host's network in a Namespace without labels | pods | {\"metadata\":{\"name\":\"a\"},"
                        + "\"spec\":{\"hostNetwork\":true,\"containers\":[{\"name\":\"a\",\"image\":\"a\"}]}} | 403",
            })
    void objects(String what, String resource, String body, int code) {
        var request = new ApiRequest(
                "POST",
                "/api/v1/namespaces/default/" + resource,
                Map.of(),
                Map.of(),
                new ApiRequest.Body.Bytes("application/json", body.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        assertThat(code(server.chain()
                        .answer(request, new Credentials.Known(User.ADMIN))
                        .reply()))
                .isEqualTo(code);
    }

    private static int code(Reply reply) {
        return switch (reply) {
            case Reply.One one -> one.code();
            case Reply.Document document -> document.code();
            case Reply.Bytes bytes -> bytes.code();
            default -> 200;
        };
    }
}
