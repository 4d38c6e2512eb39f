package io.amphora.kubelet.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.rbac.v1.ClusterRole;
import io.amphora.api.rbac.v1.ClusterRoleBinding;
import io.amphora.api.rbac.v1.ClusterRoleBindings;
import io.amphora.api.rbac.v1.ClusterRoles;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.http.HttpClient;
import io.amphora.http.Request;
import io.amphora.http.Tls;
import io.amphora.kubelet.TestCertificates;
import io.amphora.kubelet.access.Access;
import io.amphora.kubelet.server.KubeletServer;
import io.amphora.kubelet.server.NodePods;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.testing.FakeRuntime;
import io.amphora.store.MemoryStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Callers of a node's own server, over real TLS, and an API server in this process that is asked
/// about them.
///
/// jane may `get` nodes/healthz, meter nodes/metrics, reader nodes/proxy; each has a token as well.
final class KubeletAccessAttacksTest {
    private static final TestCertificates CERTIFICATES = new TestCertificates();
    private static final String API_SERVER = "CN=kube-apiserver-kubelet-client";

    /// Neither answered nor even let in by TLS.
    private static final int REFUSED = 401;

    @TempDir
    Path logs;

    private final FakeClock clock = new FakeClock(Instant.parse("2026-03-05T10:00:00Z"));
    private final MemoryStore store = new MemoryStore();
    private final ApiServer api = ApiServer.start(
            store,
            ApiServerConfig.standard()
                    .withTokens(List.of((token, audiences) -> token.startsWith("token-of-")
                            ? Optional.of(User.of(token.substring("token-of-".length())))
                            : Optional.empty())));
    private final Way way = new Way(api.transport(User.of("system:node:node-1", User.NODES, User.AUTHENTICATED)));
    private KubeletServer server;

    @BeforeEach
    void start() throws IOException {
        allow("jane", "healthz");
        allow("meter", "metrics");
        allow("reader", "proxy");
        var access = new Access(new Client(way, "kubelet"), clock, "node-1");
        var options = KubeletServer.options("127.0.0.1", 0, CERTIFICATES.of("CN=system:node:node-1"));
        server = new KubeletServer(options, access, new NoPods(), new FakeRuntime(clock), clock, "node-1", logs);
    }

    @AfterEach
    void stop() {
        server.close();
        api.close();
        store.close();
    }

    private void allow(String user, String subresource) {
        var admin = new Client(api.transport(User.ADMIN), "test");
        admin.resource(ClusterRoles.DEFINITION).create(ClusterRole.of(tree("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRole
                metadata: {name: %s}
                rules: [{apiGroups: [""], resources: [nodes/%s], verbs: [get]}]
                """.formatted(user, subresource))));
        admin.resource(ClusterRoleBindings.DEFINITION).create(ClusterRoleBinding.of(tree("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: ClusterRoleBinding
                metadata: {name: %1$s}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: %1$s}
                subjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: %1$s}]
                """.formatted(user))));
    }

    private static ObjectTree tree(String yaml) {
        return Yaml.read(yaml).object();
    }

    /// @param certificate of the caller; a subject's text, "" for none
    /// @param token "" for none
    private record Call(String name, String certificate, String token, String method, String path, int status) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Call> calls() {
        return Stream.of(
                new Call("a stranger is refused", "", "", "GET", "/healthz", 401),
                new Call("a stranger with a made-up token is refused", "", "secret", "GET", "/pods", 401),
                new Call("the API server reads Pods", API_SERVER, "", "GET", "/pods", 200),
                new Call("the API server reads figures", API_SERVER, "", "GET", "/stats/summary", 200),
                new Call("the API server runs commands", API_SERVER, "", "POST", "/exec/shop/none/app", 404),
                new Call("an administrator reads Pods", "O=system:masters,CN=admin", "", "GET", "/pods", 200),
                new Call("the API server's serving name opens nothing", "CN=kube-apiserver", "", "GET", "/pods", 403),
                new Call("another node is refused", "O=system:nodes,CN=system:node:node-2", "", "GET", "/pods", 403),
                new Call("the node itself is refused", "O=system:nodes,CN=system:node:node-1", "", "GET", "/pods", 403),
                new Call("an organizational unit is no group", "OU=system:masters,CN=x", "", "GET", "/pods", 403),
                new Call("who may see the health sees it", "CN=jane", "", "GET", "/healthz", 200),
                new Call("who may see the health sees no Pods", "CN=jane", "", "GET", "/pods", 403),
                new Call("who may see the health runs nothing", "CN=jane", "", "GET", "/exec/shop/p/c", 403),
                new Call("who may see the health forwards no ports", "CN=jane", "", "GET", "/portForward/shop/p", 403),
                new Call("an escaped path is the same path", "CN=jane", "", "GET", "/%65xec/shop/p/c", 403),
                new Call("an escaped slash joins no paths", "CN=jane", "", "GET", "/healthz%2f..%2fpods", 403),
                new Call("an empty first part is no way around", "CN=jane", "", "GET", "//pods", 403),
                new Call("no path at all is no way around", "CN=jane", "", "GET", "//", 403),
                new Call("letters of another case are another path", "CN=jane", "", "GET", "/HEALTHZ", 403),
                new Call("a right to get is no right to create", "CN=reader", "", "POST", "/exec/shop/p/c", 403),
                new Call("a right to get is no right to delete", "CN=reader", "", "DELETE", "/pods", 403),
                new Call("a right to get is no right to OPTIONS", "CN=reader", "", "OPTIONS", "/pods", 403),
                new Call("nodes/proxy includes Pods", "CN=reader", "", "GET", "/pods", 200),
                new Call("nodes/proxy includes the health", "CN=reader", "", "GET", "/healthz", 200),
                new Call("nodes/proxy does not include metrics", "CN=reader", "", "GET", "/metrics/resource", 403),
                new Call("nodes/proxy does not include stats", "CN=reader", "", "GET", "/stats/summary", 403),
                new Call("who may read metrics reads them", "CN=meter", "", "GET", "/metrics/resource", 200),
                new Call("who may read metrics reads no stats", "CN=meter", "", "GET", "/stats/summary", 403),
                new Call("a token opens what its user may", "", "token-of-jane", "GET", "/healthz", 200),
                new Call("a token opens no more than that", "", "token-of-jane", "GET", "/pods", 403),
                new Call("a certificate counts before a token", "CN=jane", "token-of-reader", "GET", "/pods", 403),
                new Call("a name that a token has makes no group", "", "token-of-system:masters", "GET", "/pods", 403));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void the_clusters_policy_says_who_may_do_what_with_a_node(Call call) throws IOException {
        Tls tls = call.certificate().isEmpty() ? CERTIFICATES.nobody() : CERTIFICATES.of(call.certificate());
        assertThat(answer(tls, call.token(), call.method(), call.path()).status())
                .isEqualTo(call.status());
    }

    /// @param name what the row says
    private record Shown(String name, Tls tls) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Shown> nobodys() {
        var client = new X500Name(API_SERVER);
        return Stream.of(
                new Shown(
                        "a certificate with the API server's name and another is refused",
                        CERTIFICATES.of("CN=system:node:node-2," + API_SERVER)),
                new Shown(
                        "a certificate with another name and the API server's is refused",
                        CERTIFICATES.of(API_SERVER + ",CN=system:node:node-2")),
                new Shown(
                        "a certificate with two names in one part is refused",
                        CERTIFICATES.of("CN=jane+CN=kube-apiserver-kubelet-client")),
                new Shown(
                        "a certificate with a group in the name's part is refused",
                        CERTIFICATES.of("CN=jane+O=system:masters")),
                new Shown("a certificate without a name is refused", CERTIFICATES.of("O=system:masters")),
                new Shown(
                        "a certificate with a NUL in its name is refused",
                        CERTIFICATES.of(
                                new X500Name(new RDN[] {
                                    new RDN(BCStyle.CN, new DERUTF8String("kube-apiserver-kubelet-client\0x"))
                                }),
                                false)),
                new Shown(
                        "a server's certificate is refused",
                        CERTIFICATES.of(client, false, KeyPurposeId.id_kp_serverAuth)),
                new Shown("an authority's certificate is refused", CERTIFICATES.of(client, true)),
                new Shown("another authority's certificate is refused", foreign()));
    }

    /// Signed by somebody else, but trusting this node.
    private static Tls foreign() {
        Tls theirs = new TestCertificates().of(API_SERVER);
        return Tls.of(theirs.certificates(), theirs.key(), CERTIFICATES.nobody().authorities());
    }

    @ParameterizedTest
    @MethodSource("nobodys")
    void a_certificate_that_is_nobodys_opens_nothing(Shown shown) {
        int status;
        try {
            status = answer(shown.tls(), "", "GET", "/healthz").status();
        } catch (IOException notLetIn) {
            status = REFUSED;
        }
        assertThat(status).isEqualTo(REFUSED);
    }

    @Test
    void a_group_in_any_string_type_is_the_group_that_it_spells() throws IOException {
        var masters = new AttributeTypeAndValue(BCStyle.O, new DERBMPString("system:masters"));
        var subject = new X500Name(new RDN[] {new RDN(masters), new RDN(BCStyle.CN, new DERUTF8String("admin"))});
        assertThat(answer(CERTIFICATES.of(subject, false), "", "GET", "/pods").status())
                .isEqualTo(200);
    }

    @Test
    void refusals_are_told_as_the_kubelet_tells_them() throws IOException {
        assertThat(answer(CERTIFICATES.nobody(), "", "GET", "/pods").text()).isEqualTo("Unauthorized");
        assertThat(answer(CERTIFICATES.of("CN=jane"), "", "GET", "/pods").text())
                .isEqualTo("Forbidden (user=jane, verb=get, resource=nodes, subresource(s)=[pods proxy])\n");
        assertThat(answer(CERTIFICATES.of("CN=jane"), "", "POST", "/exec/a/b/c").text())
                .isEqualTo("Forbidden (user=jane, verb=create, resource=nodes, subresource(s)=[proxy])\n");
        way.cut = true;
        assertThat(answerInTheEnd(CERTIFICATES.of("CN=reader"), "", "GET", "/pods")
                        .text())
                .isEqualTo("Authorization error (user=reader, verb=get, resource=nodes, subresource=pods)");
    }

    @Test
    void what_the_api_server_said_holds_for_its_time_when_it_is_away() throws IOException {
        Tls api = CERTIFICATES.of(API_SERVER);
        Tls nobody = CERTIFICATES.nobody();
        assertThat(answer(api, "", "GET", "/pods").status()).isEqualTo(200);
        assertThat(answer(nobody, "token-of-jane", "GET", "/healthz").status()).isEqualTo(200);
        way.cut = true;
        assertThat(answer(api, "", "GET", "/pods").status()).isEqualTo(200);
        assertThat(answer(nobody, "token-of-jane", "GET", "/healthz").status()).isEqualTo(200);
        assertThat(answerInTheEnd(nobody, "token-of-reader", "GET", "/healthz").status())
                .as("whose token has not been asked about")
                .isEqualTo(401);
        assertThat(answerInTheEnd(api, "", "GET", "/stats/summary").status())
                .as("what has not been asked about")
                .isEqualTo(500);
        clock.advance(Duration.ofMinutes(2));
        assertThat(answer(api, "", "GET", "/pods").status()).isEqualTo(200);
        assertThat(answerInTheEnd(nobody, "token-of-jane", "GET", "/healthz").status())
                .isEqualTo(401);
        clock.advance(Duration.ofMinutes(3));
        assertThat(answerInTheEnd(api, "", "GET", "/pods").status()).isEqualTo(500);
        way.cut = false;
        assertThat(answer(api, "", "GET", "/pods").status()).isEqualTo(200);
    }

    @Test
    void a_refusal_is_asked_about_again_after_half_a_minute() throws IOException {
        Tls john = CERTIFICATES.of("CN=john");
        assertThat(answer(john, "", "GET", "/healthz").status()).isEqualTo(403);
        allow("john", "healthz");
        assertThat(answer(john, "", "GET", "/healthz").status()).isEqualTo(403);
        clock.advance(Duration.ofSeconds(30));
        assertThat(answer(john, "", "GET", "/healthz").status()).isEqualTo(200);
    }

    @Test
    void a_certificate_that_runs_out_ends_with_the_next_request() throws IOException {
        try (var http = HttpClient.create(CERTIFICATES.of(API_SERVER))) {
            assertThat(status(http, "/healthz")).isEqualTo(200);
            clock.set(Instant.parse("2091-01-01T00:00:00Z"));
            assertThat(status(http, "/healthz")).isEqualTo(401);
        }
    }

    private record Answer(int status, String text) {}

    private Answer answer(Tls tls, String token, String method, String path) throws IOException {
        var request = Request.of(method, "https://127.0.0.1:" + server.port() + path);
        if (!token.isEmpty()) request = request.withHeaders(Map.of("authorization", List.of("Bearer " + token)));
        try (var http = HttpClient.create(tls);
                var response = http.send(request)) {
            return new Answer(response.status(), new String(response.body(), StandardCharsets.UTF_8));
        }
    }

    /// Of a request for which the API server is asked in vain, several times: the pauses in between go by.
    private Answer answerInTheEnd(Tls tls, String token, String method, String path) throws IOException {
        var answer = CompletableFuture.supplyAsync(() -> {
            try {
                return answer(tls, token, method, path);
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        });
        while (true) {
            try {
                return answer.get(20, TimeUnit.MILLISECONDS);
            } catch (TimeoutException notYet) {
                clock.advance(Duration.ofMillis(500));
            } catch (InterruptedException | ExecutionException failure) {
                throw new IOException(failure);
            }
        }
    }

    private int status(HttpClient http, String path) throws IOException {
        try (var response = http.send(Request.get("https://127.0.0.1:" + server.port() + path))) {
            return response.status();
        }
    }

    private static final class NoPods implements NodePods {
        @Override
        public List<Pod> all() {
            return List.of();
        }

        @Override
        public Optional<Known> find(String namespace, String name) {
            return Optional.empty();
        }
    }

    /// A way to the API server that can be cut.
    private static final class Way implements Transport {
        private final Transport whole;
        private volatile boolean cut;

        Way(Transport whole) {
            this.whole = whole;
        }

        @Override
        public ObjectTree call(ApiRequest request) {
            if (cut) throw ApiException.of(503, "ServiceUnavailable", "there is no way to the server");
            return whole.call(request);
        }

        @Override
        public Subscription watch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) {
            return whole.watch(request, events, closed);
        }

        @Override
        public void close() {
            whole.close();
        }
    }
}
