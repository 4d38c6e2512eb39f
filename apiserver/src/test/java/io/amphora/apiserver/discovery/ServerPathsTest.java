package io.amphora.apiserver.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.SignedJWT;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.ApiServerConfig.ServiceAccountKeys;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.testing.InMemoryHttp;
import io.amphora.apiserver.testing.RawServer.Answer;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the server tells of itself.
class ServerPathsTest {
    private final MemoryStore store = new MemoryStore();
    private ApiServer server;
    private InMemoryHttp http;

    @BeforeEach
    void start() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        server = ApiServer.start(
                store,
                ApiServerConfig.standard()
                        .withLog(failure -> {})
                        .withTokens(List.of((token, audiences) -> user(token)))
                        .withServiceAccounts(new ServiceAccountKeys(
                                "https://issuer", (ECPublicKey) keys.getPublic(), (ECPrivateKey) keys.getPrivate())));
        http = new InMemoryHttp(server.http(), Map.of("Authorization", "Bearer admin"), Clock.system());
    }

    private static Optional<User> user(String token) {
        return switch (token) {
            case "admin" -> Optional.of(new User("admin", "", List.of(User.MASTERS), Map.of()));
            case "account" -> Optional.of(new User("a", "", List.of("system:serviceaccounts"), Map.of()));
            case "nobody" -> Optional.of(new User("nobody", "", List.of(), Map.of()));
            default -> Optional.empty();
        };
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    private Answer get(String target, Map<String, String> headers) {
        return http.call("GET", target, headers, new byte[0]);
    }

    private String text(String target) {
        return new String(get(target, Map.of()).body(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            account | /.well-known/openid-configuration | */*                      | 200 | application/json
            account | /openid/v1/jwks                   | application/jwk-set+json | 200 | application/jwk-set+json
            account | /openid/v1/jwks/                  | */*                      | 200 | application/jwk-set+json
            account | /openid/v1/jwks                   | application/json         | 406 | application/json
            nobody  | /openid/v1/jwks                   | */*                      | 403 | application/json
            account | /metrics                          | */*                      | 403 | application/json
            """)
    void who_may_read_what(String token, String path, String accept, int code, String type) {
        Answer answer = get(path, Map.of("Authorization", "Bearer " + token, "Accept", accept));
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.headers().get("content-type")).containsExactly(type);
        assertThat(answer.headers().get("cache-control"))
                .containsExactly(code == 200 ? "public, max-age=3600" : "no-cache, private");
    }

    @Test
    void the_published_key_checks_the_tokens_that_are_issued() throws Exception {
        ObjectTree configuration = Json.read(
                        get("/.well-known/openid-configuration", Map.of()).body())
                .object();
        assertThat(configuration.text("issuer")).isEqualTo("https://issuer");
        assertThat(configuration.text("jwks_uri")).isEqualTo("https://127.0.0.1:6443/openid/v1/jwks");
        String accounts = "/api/v1/namespaces/default/serviceaccounts";
        post(accounts, "{\"metadata\":{\"name\":\"a\"}}");
        SignedJWT token = SignedJWT.parse(
                post(accounts + "/a/token", "{}").object("status").text("token"));
        var key = JWKSet.parse(text("/openid/v1/jwks"))
                .getKeyByKeyId(token.getHeader().getKeyID());
        assertThat(token.verify(new ECDSAVerifier(key.toECKey()))).isTrue();
    }

    private ObjectTree post(String path, String body) {
        var headers = Map.of("Content-Type", "application/json");
        return Json.read(http.call("POST", path, headers, body.getBytes(StandardCharsets.UTF_8))
                        .body())
                .object();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /readyz/etcd                         | ok
            /livez/poststarthook/rbac/bootstrap-roles | ok
            /livez/etcd-readiness                | 404 page not found
            /healthz?exclude=etcd                | ok
            """)
    void each_check_answers_alone(String path, String text) {
        assertThat(text(path).strip()).isEqualTo(text);
    }

    @Test
    void the_checks_are_told_in_kubernetes_words() {
        assertThat(text("/livez?verbose&exclude=etcd&exclude=no")).isEqualTo("""
                [+]ping ok
                [+]log ok
                [+]etcd excluded: ok
                [+]poststarthook/rbac/bootstrap-roles ok
                [+]poststarthook/scheduling/bootstrap-system-priority-classes ok
                [+]poststarthook/bootstrap-controller ok
                [+]poststarthook/crd-informer-synced ok
                warn: some health checks cannot be excluded: no matches for "no"
                livez check passed
                """);
    }

    @Test
    void a_store_that_cannot_be_read_is_told() {
        store.close();
        assertThat(get("/livez", Map.of()).code()).isEqualTo(500);
        assertThat(text("/livez")).contains("[-]etcd failed: reason withheld\n").endsWith("livez check failed\n");
        assertThat(text("/livez/etcd")).startsWith("internal server error: ");
        assertThat(text("/metrics/slis"))
                .contains("kubernetes_healthcheck{name=\"etcd\",type=\"livez\"} 0\n")
                .contains("kubernetes_healthcheck{name=\"ping\",type=\"livez\"} 1\n")
                .contains("kubernetes_healthchecks_total{name=\"etcd\",status=\"error\",type=\"livez\"} 2\n");
    }

    @Test
    void the_components_of_the_control_plane_are_listed() {
        server.watchOver("scheduler", Optional::empty);
        assertThat(text("/api/v1/componentstatuses"))
                .contains("{\"name\":\"etcd-0\"}", "{\"name\":\"controller-manager\"}", "connection refused");
        Answer one = get("/api/v1/componentstatuses/scheduler", Map.of());
        assertThat(new String(one.body(), StandardCharsets.UTF_8))
                .contains("\"type\":\"Healthy\"", "\"status\":\"True\"", "\"message\":\"ok\"");
        assertThat(one.headers().get("warning"))
                .containsExactly("299 - \"v1 ComponentStatus is deprecated in v1.19+\"");
        assertThat(get("/api/v1/componentstatuses/x", Map.of()).code()).isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1, pods, xPOwRZ+Yhw8=",
        "/api/v1, events, r2yiGXH7wu8=",
        "/apis/events.k8s.io/v1, events, r2yiGXH7wu8=",
        "/apis/apps/v1, deployments, 8aSe+NMegvE=",
        "/api/v1, bindings, ''",
        "/api/v1, componentstatuses, ''",
        "/api/v1, pods/status, ''"
    })
    void the_stored_form_of_a_kind_has_a_hash(String path, String name, String hash) {
        Json.read(get(path, Map.of()).body()).object().list("resources").forEach(each -> {
            if (each.object().text("name").equals(name))
                assertThat(each.object().text("storageVersionHash")).isEqualTo(hash);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            //api/v1/namespaces           | 404 page not found
            //healthz                     | 404 page not found
            /healthz//etcd                | 404 page not found
            /api//v1                      | the server could not find the requested resource
            /apis//apps/v1                | the server could not find the requested resource
            /api/v1//namespaces           | the server could not find the requested resource
            /api/v1/namespaces//default   | the server could not find the requested resource
            /apis/apps/v1//deployments    | the server could not find the requested resource
            """)
    void a_path_with_an_empty_part_leads_nowhere(String path, String says) {
        assertThat(get(path, Map.of()).code()).isEqualTo(404);
        assertThat(text(path)).contains(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /api/v1/namespaces?timeout=abc         | 400 | invalid timeout specified in the request URL - time: invalid duration
            /api/v1/namespaces/default?timeout=10  | 400 | time: missing unit in duration
            /version?timeout=10x                   | 400 | time: unknown unit
            /api/v1/namespaces?timeout=            | 200 |
            /api/v1/namespaces?timeout=-1s         | 200 |
            /api/v1/namespaces?timeout=90s         | 200 |
            """)
    void a_timeout_has_to_be_a_duration(String target, int code, String says) {
        assertThat(get(target, Map.of()).code()).isEqualTo(code);
        if (says != null) assertThat(text(target)).contains(says);
    }
}
