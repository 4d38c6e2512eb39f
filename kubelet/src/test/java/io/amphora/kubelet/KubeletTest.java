package io.amphora.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Events;
import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodCondition;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.client.DeleteOptions;
import io.amphora.kubelet.image.ImagePuller;
import io.amphora.kubelet.plan.Backoff;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.testing.FakeRuntime;
import io.amphora.store.MemoryStore;
import io.amphora.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A kubelet over a runtime in memory and a real API server in this process.
class KubeletTest {
    private static final Clock CLOCK = Clock.system();

    @TempDir
    Path root;

    private final Store store = new MemoryStore();
    private final FakeRuntime runtime =
            new FakeRuntime(CLOCK).image("app:1").inRegistry("remote:1").failingPull("broken:1", "no such host");
    private ApiServer server;
    private Client client;
    private Kubelet kubelet;

    @BeforeEach
    void start() throws IOException {
        server = ApiServer.start(store, ApiServerConfig.standard());
        client = new Client(server.transport(User.ADMIN), "test");
        for (String name : List.of("shop", "default", "kube-node-lease"))
            if (client.resource(Namespaces.DEFINITION).find(name).isEmpty())
                client.resource(Namespaces.DEFINITION)
                        .create(Namespace.EMPTY.withMetadata(
                                Namespace.EMPTY.metadata().withName(name)));
        if (client.resource(Services.DEFINITION)
                .inNamespace("default")
                .find("kubernetes")
                .isEmpty())
            client.resource(Services.DEFINITION)
                    .inNamespace("default")
                    .create(Service.of(Yaml.read("""
                                    apiVersion: v1
                                    kind: Service
                                    metadata: {name: kubernetes, namespace: default}
                                    spec: {clusterIP: 10.96.0.1, ports: [{name: https, port: 443}]}
                                    """).object()));
        kubelet = newKubelet();
    }

    private Kubelet newKubelet() throws IOException {
        var timing = KubeletConfig.Timing.DEFAULT
                .withRestarts(new Backoff.Policy(Duration.ofMillis(200), Duration.ofSeconds(2)))
                .withPulls(new ImagePuller.Limits(2, Duration.ofMillis(200), Duration.ofSeconds(1)))
                .withRefresh(Duration.ofMillis(200));
        var config = KubeletConfig.of("node-1", root, List.of("10.0.0.5"))
                .withDns(List.of("10.96.0.10"), "cluster.local")
                .withCgroupRoot("/amphora-test-" + root.getFileName())
                .withTiming(timing);
        return Kubelet.start(config, new Client(server.transport(User.ADMIN), "kubelet"), runtime, CLOCK);
    }

    @AfterEach
    void stop() throws IOException {
        kubelet.close();
        server.close();
        store.close();
        io.amphora.kubelet.node.Cgroups.ofMachine().remove("/amphora-test-" + root.getFileName());
    }

    @Test
    void theNodeRegistersAndBecomesReady() {
        await().untilAsserted(() -> {
            var node = client.resource(Nodes.DEFINITION).get("node-1");
            assertThat(node.metadata().labels())
                    .containsEntry("kubernetes.io/hostname", "node-1")
                    .containsEntry("kubernetes.io/os", "linux");
            assertThat(node.status().allocatable()).containsKeys("cpu", "memory", "pods", "ephemeral-storage");
            assertThat(node.status().nodeInfo().containerRuntimeVersion()).isEqualTo("fake://1.0.0");
            assertThat(node.status().conditions())
                    .anySatisfy(
                            one -> assertThat(one.type() + "=" + one.status()).isEqualTo("Ready=True"));
            assertThat(client.resource(Leases.DEFINITION)
                            .inNamespace("kube-node-lease")
                            .get("node-1")
                            .spec()
                            .holderIdentity())
                    .isEqualTo("node-1");
        });
    }

    @Test
    void aPodRunsAndIsReady() {
        create(pod("web", "image: app:1"));
        await().untilAsserted(() -> {
            var status = get("web").status();
            assertThat(status.phase()).isEqualTo("Running");
            assertThat(status.podIP()).startsWith("10.244.");
            assertThat(status.hostIP()).isEqualTo("10.0.0.5");
            assertThat(status.qosClass()).isEqualTo("BestEffort");
            assertThat(conditions("web"))
                    .contains("Ready=True", "ContainersReady=True", "Initialized=True", "PodScheduled=True");
            var app = status.containerStatuses().getFirst();
            assertThat(app.containerID()).startsWith("containerd://");
            assertThat(app.state().findRunning()).isPresent();
            assertThat(app.restartCount()).isZero();
        });
        assertThat(runtime.config("app").orElseThrow().env())
                .anySatisfy(env -> assertThat(env.name()).isEqualTo("KUBERNETES_SERVICE_HOST"));
        assertThat(Files.exists(root.resolve("pods").resolve(get("web").uid()).resolve("etc-hosts")))
                .isTrue();
        await().untilAsserted(() -> assertThat(events("web")).contains("Pulled", "Created", "Started"));
    }

    @Test
    void aContainerThatExitsIsRestartedInPlaceAndThenWaits() {
        create(pod("web", "image: app:1"));
        awaitRunning("web");
        String sandbox = runtime.sandboxes(Map.of()).getFirst().id();
        runtime.exit("app", 1);
        await().untilAsserted(() -> {
            var app = app("web");
            assertThat(app.restartCount()).isEqualTo(1);
            assertThat(app.state().findRunning()).isPresent();
            assertThat(app.lastState().terminated().exitCode()).isEqualTo(1);
            assertThat(app.lastState().terminated().reason()).isEqualTo("Error");
        });
        runtime.exit("app", 2);
        await().untilAsserted(() -> assertThat(app("web").restartCount()).isEqualTo(2));
        assertThat(runtime.sandboxes(Map.of()).getFirst().id()).isEqualTo(sandbox);
        await().untilAsserted(() -> assertThat(events("web")).contains("BackOff"));
    }

    @Test
    void aPodThatDoesNotFitIsRejectedAndTakesNoRoom() {
        create(pod("large", "{image: app:1, resources: {requests: {cpu: '100000'}}}"));
        await().untilAsserted(() -> {
            var status = get("large").status();
            assertThat(status.phase()).isEqualTo("Failed");
            assertThat(status.reason()).isEqualTo("OutOfcpu");
            assertThat(status.message())
                    .startsWith("Pod was rejected: Node didn't have enough resource: cpu, requested: ");
            assertThat(status.containerStatuses()).isEmpty();
            assertThat(events("large")).contains("OutOfcpu");
        });
        create(pod("web", "image: app:1"));
        awaitRunning("web");
        assertThat(runtime.sandboxes(Map.of())).hasSize(1);
        client.resource(Pods.DEFINITION).inNamespace("shop").delete("large");
        await().until(() -> client.resource(Pods.DEFINITION)
                .inNamespace("shop")
                .find("large")
                .isEmpty());
    }

    @Test
    void aDeletedPodLeavesNothing() {
        create(pod("web", "image: app:1"));
        awaitRunning("web");
        String uid = get("web").uid();
        client.resource(Pods.DEFINITION).inNamespace("shop").delete("web", DeleteOptions.PLAIN.withGraceSeconds(5));
        await().until(() ->
                client.resource(Pods.DEFINITION).inNamespace("shop").find("web").isEmpty());
        await().until(() -> kubelet.podCount() == 0);
        assertThat(runtime.calls())
                .anyMatch(call -> call.matches("stop app 0 [45]s"))
                .contains("stop sandbox web", "remove sandbox web");
        assertThat(runtime.sandboxes(Map.of())).isEmpty();
        assertThat(root.resolve("pods").resolve(uid)).doesNotExist();
        assertThat(root.resolve("logs")).isEmptyDirectory();
    }

    @Test
    void aPodThatRunsToItsEndSucceedsAndKeepsItsLogs() {
        create(pod("job", "image: app:1")
                .withSpec(pod("job", "image: app:1").spec().withRestartPolicy("Never")));
        awaitRunning("job");
        runtime.exit("app", 0);
        await().untilAsserted(() -> {
            assertThat(get("job").status().phase()).isEqualTo("Succeeded");
            assertThat(app("job").state().terminated().reason()).isEqualTo("Completed");
        });
        assertThat(runtime.containers(Map.of())).hasSize(1);
        client.resource(Pods.DEFINITION).inNamespace("shop").delete("job");
        await().until(() ->
                client.resource(Pods.DEFINITION).inNamespace("shop").find("job").isEmpty());
    }

    @Test
    void anImageThatIsMissingIsPulled() {
        create(pod("web", "image: remote:1"));
        awaitRunning("web");
        await().untilAsserted(() -> assertThat(events("web")).contains("Pulling", "Pulled"));
    }

    @Test
    void anImageThatCanNotBePulledIsTriedAgainLaterAndLater() {
        create(pod("web", "image: broken:1"));
        await().untilAsserted(
                        () -> assertThat(app("web").state().waiting().reason()).isEqualTo("ImagePullBackOff"));
        assertThat(get("web").status().phase()).isEqualTo("Pending");
        runtime.inRegistry("broken:1");
        awaitRunning("web");
    }

    @Test
    void anImageNameThatIsNoneIsSaidToBeNone() {
        create(pod("web", "image: 'BAD:1'"));
        await().untilAsserted(
                        () -> assertThat(app("web").state().waiting().reason()).isEqualTo("InvalidImageName"));
    }

    @Test
    void aMissingConfigMapHoldsTheContainerUntilItIsThere() {
        create(pod("web", "{image: app:1, envFrom: [{configMapRef: {name: settings}}]}"));
        await().untilAsserted(() -> {
            var waiting = app("web").state().waiting();
            assertThat(waiting.reason()).isEqualTo("CreateContainerConfigError");
            assertThat(waiting.message()).isEqualTo("configmap \"settings\" not found");
        });
    }

    @Test
    void initContainersRunOneAfterTheOther() {
        create(podOf("""
                metadata: {name: web, namespace: shop}
                spec:
                  nodeName: node-1
                  initContainers: [{name: first, image: app:1}, {name: second, image: app:1}]
                  containers: [{name: app, image: app:1}]
                """));
        await().until(() -> runtime.running("first").isPresent());
        assertThat(runtime.running("second")).isEmpty();
        await().untilAsserted(() -> assertThat(conditions("web")).contains("Initialized=False"));
        runtime.exit("first", 0);
        await().until(() -> runtime.running("second").isPresent());
        assertThat(runtime.running("app")).isEmpty();
        runtime.exit("second", 0);
        awaitRunning("web");
        assertThat(conditions("web")).contains("Initialized=True");
    }

    @Test
    void aReadinessProbeDecidesWhetherThePodIsReady() {
        runtime.exec((container, command) -> FakeRuntime.result(1, "not yet"));
        create(pod("web", "{image: app:1, readinessProbe: {exec: {command: [check]}, periodSeconds: 1}}"));
        await().untilAsserted(() -> {
            assertThat(app("web").state().findRunning()).isPresent();
            assertThat(app("web").ready()).isFalse();
            assertThat(events("web")).contains("Unhealthy");
        });
        runtime.exec((container, command) -> FakeRuntime.result(0, ""));
        await().untilAsserted(() -> assertThat(conditions("web")).contains("Ready=True"));
    }

    @Test
    void aLivenessProbeThatFailsRestartsTheContainer() {
        runtime.exec((container, command) -> FakeRuntime.result(1, "stuck"));
        create(pod(
                "web",
                "{image: app:1, livenessProbe: {exec: {command: [check]}, periodSeconds: 1, failureThreshold: 1}}"));
        await().untilAsserted(() -> assertThat(app("web").restartCount()).isPositive());
        await().untilAsserted(() -> assertThat(events("web")).contains("Killing", "Unhealthy"));
    }

    @Test
    void runningContainersAreAdoptedByTheNextKubelet() throws IOException {
        create(pod("web", "image: app:1"));
        create(pod("gone", "image: app:1"));
        awaitRunning("web");
        awaitRunning("gone");
        String id = app("web").containerID();
        kubelet.close();
        client.resource(Pods.DEFINITION).inNamespace("shop").delete("gone", DeleteOptions.PLAIN.withGraceSeconds(0));
        kubelet = newKubelet();
        await().until(() ->
                kubelet.podCount() == 1 && runtime.sandboxes(Map.of()).size() == 1);
        assertThat(app("web").containerID()).isEqualTo(id);
        assertThat(runtime.running("app").orElseThrow().container().attempt()).isZero();
        assertThat(runtime.calls().stream().filter(call -> call.startsWith("start app")))
                .hasSize(2);
    }

    @Test
    void aConfigMapVolumeFollowsItsObject() {
        var map = ConfigMap.EMPTY
                .withMetadata(ConfigMap.EMPTY.metadata().withName("settings").withNamespace("shop"))
                .withData(Map.of("color", "red"));
        client.resource(ConfigMaps.DEFINITION).create(map);
        create(podOf("""
                metadata: {name: web, namespace: shop}
                spec:
                  nodeName: node-1
                  containers: [{name: app, image: app:1, volumeMounts: [{name: v, mountPath: /etc/settings}]}]
                  volumes: [{name: v, configMap: {name: settings}}]
                """));
        awaitRunning("web");
        Path file = root.resolve("pods/" + get("web").uid() + "/volumes/kubernetes.io~configmap/v/color");
        assertThat(file).hasContent("red");
        client.resource(ConfigMaps.DEFINITION).update(map.withData(Map.of("color", "blue")));
        runtime.exit("app", 0); // anything that makes the worker look
        await().untilAsserted(() -> assertThat(file).hasContent("blue"));
    }

    @Test
    void aSandboxThatBreaksIsMadeAnew() {
        create(pod("web", "image: app:1"));
        awaitRunning("web");
        runtime.crashSandbox("web");
        runtime.exit("app", 137);
        await().untilAsserted(() -> {
            assertThat(runtime.calls().stream().filter("run sandbox web"::equals))
                    .hasSize(2);
            assertThat(app("web").state().findRunning()).isPresent();
        });
    }

    private void awaitRunning(String name) {
        await().until(() -> get(name).status().phase().equals("Running")
                && app(name).state().findRunning().isPresent());
    }

    private Pod get(String name) {
        return client.resource(Pods.DEFINITION).inNamespace("shop").get(name);
    }

    private ContainerStatus app(String name) {
        return get(name).status().containerStatuses().stream().findFirst().orElse(ContainerStatus.EMPTY);
    }

    private List<String> conditions(String name) {
        return get(name).status().conditions().stream()
                .map((PodCondition one) -> one.type() + "=" + one.status())
                .toList();
    }

    private List<String> events(String name) {
        return client.resource(Events.DEFINITION).inNamespace("shop").list().stream()
                .filter(event -> event.involvedObject().name().equals(name))
                .map(event -> event.reason())
                .toList();
    }

    private void create(Pod pod) {
        client.resource(Pods.DEFINITION).inNamespace("shop").create(pod);
    }

    private static Pod pod(String name, String container) {
        String fields = container.startsWith("{") ? container.substring(1, container.length() - 1) : container;
        return podOf("{metadata: {name: %s, namespace: shop}, spec: {nodeName: node-1, containers: [{name: app, %s}]}}"
                .formatted(name, fields));
    }

    private static Pod podOf(String yaml) {
        return Pod.of(ObjectTree.of("apiVersion", "v1", "kind", "Pod").toBuilder()
                .put("metadata", Yaml.read(yaml).object().get("metadata"))
                .put("spec", Yaml.read(yaml).object().get("spec"))
                .build());
    }
}
