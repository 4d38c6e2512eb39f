package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.e2e.TestMachine.Result;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.runtime.OciImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/// Where images come from: a real Docker engine, and real registries on the same machine. One of them stands in for
/// Docker Hub as its mirror.
@Tag("containers")
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@ExtendWith(ImagesTest.Logs.class)
final class ImagesTest {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /// The machine as its nodes see it.
    private static final String HOST = "172.30.77.1";

    private static final String WITH_TLS = HOST + ":5001";
    private static final String WITH_PASSWORD = HOST + ":5002";
    private static final String MIRROR = """
            registries:
              docker.io:
                mirrors:
                - host: %s:5000
                  plainHTTP: true
              %s:
                plainHTTP: true
            """.formatted(HOST, WITH_PASSWORD);

    private static TestMachine machine;
    private static TestCluster cluster;
    private static TestRegistries registries;

    @BeforeAll
    static void up() throws IOException {
        assumeTrue(
                TestMachine.isPossible() && TestRegistries.isPossible(),
                "needs root, containerd, busybox-static, nftables, docker.io, docker-registry and openssl");
        machine = TestMachine.start();
        cluster = new TestCluster(machine);
        registries = new TestRegistries(machine);
        registries.startDocker();
        registries.startOpen();
        machine.file("config.yaml", MIRROR);
        up("--nodes", "1", "--config", config());
    }

    private static String config() {
        return machine.data().resolveSibling("config.yaml").toString();
    }

    private static void up(String... more) {
        var words = Stream.concat(Stream.of("up", "--data", machine.data().toString()), Stream.of(more));
        Result up = machine.amphora(words.toArray(String[]::new));
        assertThat(up.code()).as(up.out() + up.err() + machine.logs()).isZero();
    }

    @AfterAll
    static void leave() throws IOException {
        if (machine == null) return;
        try (var _ = machine) {
            if (registries != null) registries.close();
        }
    }

    static final class Logs extends TestCluster.Logs {
        @Override
        TestCluster cluster() {
            return cluster;
        }
    }

    @Test
    @Order(1)
    void an_image_that_docker_built_runs_and_no_registry_is_asked() throws IOException {
        registries.build("service-x", "sleep", "3600");
        Path file = machine.file("service-x.yaml", """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: service-x}
                spec:
                  replicas: 2
                  selector: {matchLabels: {app: service-x}}
                  template:
                    metadata: {labels: {app: service-x}}
                    spec:
                      terminationGracePeriodSeconds: 0
                      containers:
                      - {name: app, image: service-x, imagePullPolicy: IfNotPresent}
                """);
        up("-f", file.toString());
        assertThat(cluster.list("pods", "app=service-x")).hasSize(2).allMatch(TestCluster::isReady);
        assertThat(registries.requests()).doesNotContain("library/service-x");
    }

    @Test
    @Order(2)
    void a_pod_that_always_pulls_takes_nothing_from_docker() throws IOException {
        registries.build("service-y", "sleep", "3600");
        pod("always", "service-y", "imagePullPolicy: Always");
        awaitWaiting("always", "ImagePullBackOff");
        assertThat(registries.requests()).contains("library/service-y");
        remove("always");
    }

    @Test
    @Order(3)
    void the_mirror_stands_in_for_docker_hub_by_tag_by_digest_and_by_platform() throws IOException {
        registries.push("shop/app:1", "sleep", "3600");
        pod("by-tag", "shop/app:1");
        awaitRunning("by-tag");
        assertThat(events("by-tag"))
                .anyMatch(event -> event.equals("Pulling: Pulling image \"shop/app:1\""))
                .anyMatch(event -> event.matches("Pulled: Successfully pulled image \"shop/app:1\" in [0-9.ms]+"
                        + " \\([0-9.ms]+ including waiting\\)\\. Image size: [0-9]+ bytes\\."));
        remove("by-tag");

        String digest = registries.push("shop/exact:1", "sleep", "3600");
        pod("by-digest", "shop/exact@" + digest);
        awaitRunning("by-digest");
        assertThat(container("by-digest").text("imageID")).endsWith(digest);
        remove("by-digest");

        String foreign = OciImage.hostArchitecture().equals("amd64") ? "arm64" : "amd64";
        registries.push("shop/multi:foreign", "false");
        registries.push("shop/multi:own", "sleep", "3600");
        registries.pushIndex("shop/multi:1", "shop/multi:foreign", foreign, "shop/multi:own");
        pod("by-platform", "shop/multi:1");
        awaitRunning("by-platform");
        remove("by-platform");
    }

    @Test
    @Order(6)
    void a_pod_waits_for_an_image_that_is_not_there_yet() throws IOException {
        pod("early", "shop/late:1");
        awaitWaiting("early", "ErrImagePull");
        awaitWaiting("early", "ImagePullBackOff");
        assertThat(events("early"))
                .anyMatch(event -> event.startsWith("Failed: Failed to pull image \"shop/late:1\": "))
                .contains("Failed: Error: ErrImagePull", "BackOff: Back-off pulling image \"shop/late:1\"");
        registries.push("shop/late:1", "sleep", "3600");
        awaitRunning("early");
        remove("early");
    }

    @Test
    @Order(7)
    void a_pod_waits_for_a_registry_that_is_down() throws IOException {
        registries.push("shop/down:1", "sleep", "3600");
        registries.stopOpen();
        pod("down", "shop/down:1");
        awaitWaiting("down", "ImagePullBackOff");
        registries.startOpen();
        awaitRunning("down");
        remove("down");
    }

    @Test
    @Order(8)
    void names_and_policies_that_cannot_work_are_said() throws IOException {
        pod("never", "shop/never:1", "imagePullPolicy: Never");
        pod("misspelt", "Shop/App:1");
        awaitWaiting("never", "ErrImageNeverPull");
        awaitWaiting("misspelt", "InvalidImageName");
        remove("never", "misspelt");
    }

    /// @param more lines of the container, then of the Pod
    private static void pod(String name, String image, String... more) throws IOException {
        String policy = more.length > 0 ? more[0] : "imagePullPolicy: IfNotPresent";
        String spec = more.length > 1 ? "  " + more[1] : "";
        Path file = machine.file(name + ".yaml", """
                apiVersion: v1
                kind: Pod
                metadata: {name: %s}
                spec:
                  terminationGracePeriodSeconds: 0
                  containers:
                  - name: app
                    image: %s
                    %s
                %s
                """.formatted(name, image, policy, spec));
        kubectl("apply", "-f", file.toString());
    }

    private static void remove(String... names) {
        for (String name : names) kubectl("delete", "pod", name, "--wait=false");
    }

    private static Result kubectl(String... arguments) {
        return cluster.kubectl(arguments).ok();
    }

    private static ObjectTree container(String pod) {
        return cluster.get("pod", pod).object("status").list("containerStatuses").stream()
                .findFirst()
                .map(Tree::object)
                .orElse(ObjectTree.EMPTY);
    }

    private static void awaitRunning(String pod) {
        await().atMost(PATIENCE).until(() -> TestCluster.isReady(cluster.get("pod", pod)));
    }

    private static void awaitWaiting(String pod, String reason) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> container(pod)
                                .object("state")
                                .object("waiting")
                                .text("reason")
                                .equals(reason)
                        || events(pod).contains("Failed: Error: " + reason));
    }

    private static List<String> events(String pod) {
        return cluster.list("events").stream()
                .filter(event -> event.object("involvedObject").text("name").equals(pod))
                .map(event -> event.text("reason") + ": " + event.text("message"))
                .toList();
    }
}
