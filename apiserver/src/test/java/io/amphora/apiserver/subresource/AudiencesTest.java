package io.amphora.apiserver.subresource;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.ApiServerConfig.ServiceAccountKeys;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// For whom tokens are.
class AudiencesTest {
    private static final String ACCOUNTS = "/api/v1/namespaces/default/serviceaccounts";

    private final MemoryStore store = new MemoryStore();
    private ApiServer server;
    private Transport client;

    @BeforeEach
    void start() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        server = ApiServer.start(
                store,
                ApiServerConfig.standard()
                        .withTokens(List.of((token, audiences) -> user(token)))
                        .withServiceAccounts(new ServiceAccountKeys(
                                "us", (ECPublicKey) keys.getPublic(), (ECPrivateKey) keys.getPrivate())));
        client = server.transport(User.ADMIN);
        post(ACCOUNTS, "{'metadata':{'name':'a'}}");
    }

    private static Optional<User> user(String token) {
        return token.equals("known") ? Optional.of(new User("b", "", List.of(), Map.of())) : Optional.empty();
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []          | []            | ["us"]       | ["us"]
            []          | ["us","them"] | ["us"]       | ["us"]
            ["x","y"]   | ["z","y"]     | ["x","y"]    | ["y"]
            ["x"]       | []            | ["x"]        | []
            ["x"]       | ["us"]        | ["x"]        | []
            """)
    void a_token_of_an_account(String requested, String reviewed, String defaulted, String answered) {
        ObjectTree token = post(ACCOUNTS + "/a/token", "{'spec':{'audiences':%s}}".formatted(requested));
        assertThat(token.object("spec").list("audiences")).isEqualTo(list(defaulted));
        check(token.object("status").text("token"), reviewed, answered);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            []            | ["us"]
            ["us","them"] | ["us"]
            ["them"]      | []
            """)
    void a_token_that_names_nobody_is_for_the_server(String reviewed, String answered) {
        check("known", reviewed, answered);
    }

    private void check(String token, String reviewed, String answered) {
        ObjectTree status = post(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{'spec':{'token':'%s','audiences':%s}}".formatted(token, reviewed))
                .object("status");
        assertThat(status.list("audiences")).isEqualTo(list(answered));
        assertThat(status.bool("authenticated")).isEqualTo(!answered.equals("[]"));
        assertThat(status.text("error").isEmpty()).isEqualTo(!answered.equals("[]"));
    }

    private static Object list(String json) {
        return Json.read(json);
    }

    private ObjectTree post(String path, String json) {
        var body = new ApiRequest.Body.Value("application/json", Json.read(json.replace('\'', '"')));
        return client.call(new ApiRequest("POST", path, Map.of(), Map.of(), body));
    }
}
