package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.Deployments;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Client;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.machinery.tree.Yaml;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Somebody sets the clock of the machine that the control plane runs on.
final class ClockJumpTest {
    private static final Duration STEP = Duration.ofMillis(500);

    @TempDir
    Path folder;

    // Certificates are checked by the real time, whatever the cluster's is.
    private final FakeClock clock = new FakeClock(Instant.ofEpochMilli(System.currentTimeMillis()));
    private final Thread time = Thread.ofPlatform().daemon().unstarted(this::pass);
    private ControlPlane cluster;
    private Client client;

    /// Fifty times as fast as elsewhere.
    private void pass() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(STEP.toMillis() / 50);
                clock.advance(STEP);
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    @BeforeEach
    void start() {
        time.start();
        Path kubeconfig = folder.resolve("kubeconfig");
        var options = new ControlPlane.Options(
                folder,
                "memory",
                0,
                ControllerList.parse("*"),
                2,
                kubeconfig,
                "127.0.0.1",
                false,
                ClusterNetwork.DEFAULT,
                Patience.USUAL,
                Hardening.NONE);
        cluster = ControlPlane.start(options, clock, Randomness.seeded(1));
        client = Connections.admin(kubeconfig);
        client.resource(Deployments.DEFINITION)
                .inNamespace("default")
                .create(Deployment.of(Yaml.read("""
                metadata: {name: web}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: web}}
                  template:
                    metadata: {labels: {app: web}}
                    spec: {containers: [{name: web, image: web}]}
                """).object()));
        awaitRunning(2);
    }

    @AfterEach
    void stop() {
        client.close();
        cluster.close();
        time.interrupt();
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1})
    void all_goes_on_and_no_node_is_given_up(int hours) throws InterruptedException {
        List<Instant> ready = readySince();
        clock.set(clock.now().plus(Duration.ofHours(hours)));
        scale(4);
        awaitRunning(4);
        clock.sleep(Duration.ofMinutes(2));
        scale(6);
        awaitRunning(6);
        assertThat(readySince()).isEqualTo(ready);
    }

    private void scale(int replicas) {
        var deployments = client.resource(Deployments.DEFINITION).inNamespace("default");
        Deployment web = deployments.get("web");
        deployments.update(web.withSpec(web.spec().withReplicas(replicas)));
    }

    private void awaitRunning(int count) {
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(client.resource(Pods.DEFINITION)
                                .inNamespace("default")
                                .list())
                        .hasSize(count)
                        .extracting((Pod pod) -> pod.status().phase())
                        .containsOnly("Running"));
    }

    /// Since when each node is ready.
    private List<Instant> readySince() {
        return client.resource(Nodes.DEFINITION).list().stream()
                .flatMap((Node node) -> node.status().conditions().stream())
                .filter(condition -> condition.type().equals("Ready"))
                .peek(condition -> assertThat(condition.status()).isEqualTo("True"))
                .flatMap(condition -> condition.findLastTransitionTime().stream())
                .toList();
    }
}
