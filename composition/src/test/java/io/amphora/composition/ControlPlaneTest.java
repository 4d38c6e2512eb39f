package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Secrets;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Kubeconfig;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The server as it ships, over a store in memory: what must not be wired by tests alone.
class ControlPlaneTest {
    private static final Clock CLOCK = Clock.system();

    @TempDir
    Path data;

    private ControlPlane plane;
    private Kubeconfig.Connection connection;
    private Client admin;

    @BeforeEach
    void start() throws Exception {
        plane = ControlPlane.start(
                new ControlPlane.Options(
                        data,
                        "memory",
                        0,
                        ControllerList.parse("*"),
                        0,
                        data.resolve("admin.kubeconfig"),
                        "127.0.0.1",
                        false,
                        ClusterNetwork.DEFAULT,
                        Patience.USUAL,
                        Hardening.NONE),
                CLOCK,
                Randomness.system());
        connection = Kubeconfig.read(data.resolve("super-admin.kubeconfig")).connection("");
        admin = new Client(new HttpTransport(connection), "test");
    }

    @AfterEach
    void stop() {
        admin.close();
        plane.close();
    }

    @Test
    void a_secret_for_a_service_account_gets_a_token_that_is_good_as_long_as_the_secret_is_there() throws Exception {
        var secrets = admin.resource(Secrets.DEFINITION).inNamespace("default");
        await(() -> admin.resource(ServiceAccounts.DEFINITION)
                .inNamespace("default")
                .find("default")
                .isPresent());
        var metadata = ObjectTree.of(
                "name",
                "robot",
                "namespace",
                "default",
                "annotations",
                ObjectTree.of("kubernetes.io/service-account.name", "default"));
        secrets.create(Secret.of(ObjectTree.of(
                "apiVersion", "v1",
                "kind", "Secret",
                "metadata", metadata,
                "type", "kubernetes.io/service-account-token")));
        await(() -> secrets.get("robot").data().containsKey("token"));
        Secret filled = secrets.get("robot");
        assertThat(filled.data()).containsOnlyKeys("ca.crt", "namespace", "token");

        String token = new String(filled.data().get("token"), StandardCharsets.UTF_8);
        assertThat(codeOf(token)).as("known, but not allowed").isEqualTo(403);
        secrets.delete("robot");
        assertThat(codeOf(token)).isEqualTo(401);
    }

    @Test
    void others_learn_whom_the_cluster_believes() {
        var maps = admin.resource(ConfigMaps.DEFINITION);
        assertThat(maps.inNamespace("kube-system")
                        .get("extension-apiserver-authentication")
                        .data())
                .isEqualTo(Map.of("client-ca-file", connection.authorities()));
        assertThat(maps.inNamespace("kube-system")
                        .get("kube-apiserver-legacy-service-account-token-tracking")
                        .data()
                        .get("since"))
                .matches("\\d{4}-\\d\\d-\\d\\d");
    }

    /// What the server answers who shows this token and asks for Secrets.
    private int codeOf(String token) {
        var bearer = new Kubeconfig.Connection(
                connection.server(), "", connection.authorities(), "", false, "", "", token, "", "", Map.of());
        try (var client = new Client(new HttpTransport(bearer), "test")) {
            client.resource(Secrets.DEFINITION).inNamespace("default").list();
            return 200;
        } catch (ApiException refused) {
            return refused.code();
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        var until = CLOCK.deadline(Duration.ofSeconds(30));
        while (!condition.getAsBoolean()) {
            assertThat(until.isOver()).as("waited too long").isFalse();
            CLOCK.sleep(Duration.ofMillis(20));
        }
    }
}
