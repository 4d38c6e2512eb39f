package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Informer;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.controllers.simulation.SimulatedNodes;
import io.amphora.machinery.time.Clock;
import io.amphora.store.MemoryStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The runner and the controllers on a real API server, in one JVM.
class ControllerManagerTest {
    private final ApiServer server = ApiServer.start(new MemoryStore(), ApiServerConfig.standard());
    private final Client client = new Client(server.transport(User.ADMIN), "test");
    private final ControllerManager manager = new ControllerManager(
            client, _ -> client, Clock.system(), Metrics.NONE, Controllers.select(List.of("*"), TestSettings.SETTINGS));

    @BeforeEach
    void start() {
        manager.start();
    }

    @AfterEach
    void stop() {
        manager.close();
        server.close();
    }

    @Test
    void exactly_as_many_pods_are_made_as_wanted_however_often_the_plan_is_asked() throws Exception {
        var made = new AtomicInteger();
        try (var pods = new Informer<>(client.resource(Pods.DEFINITION), Clock.system())) {
            pods.onChange((before, now) -> {
                if (before == null) made.incrementAndGet();
            });
            pods.start();
            client.resource(ReplicaSets.DEFINITION).create(replicaSet(40));
            await().until(() -> replicaSet().status().replicas() == 40);
            assertThat(client.resource(Pods.DEFINITION).inNamespace("default").list())
                    .hasSize(40);
            await().until(() -> made.get() >= 40);
            assertThat(made).hasValue(40);
        }
    }

    @Test
    void a_deleted_pod_is_replaced_and_a_deleted_owner_takes_its_pods_along() {
        client.resource(ReplicaSets.DEFINITION).create(replicaSet(2));
        await().until(() -> pods().size() == 2);
        String first = pods().getFirst().name();
        client.resource(Pods.DEFINITION).inNamespace("default").delete(first, DeleteOptions.PLAIN.withGraceSeconds(0));
        await().until(() -> pods().size() == 2
                && pods().stream().noneMatch(pod -> pod.name().equals(first)));
        client.resource(ReplicaSets.DEFINITION).inNamespace("default").delete("r", DeleteOptions.background());
        await().until(() -> pods().isEmpty());
    }

    @Test
    void a_namespace_is_furnished_and_goes_with_all_that_is_in_it() {
        client.resource(Namespaces.DEFINITION)
                .create(Namespace.of(Plans.yaml("{apiVersion: v1, kind: Namespace, metadata: {name: x}}")));
        var accounts = client.resource(ServiceAccounts.DEFINITION).inNamespace("x");
        await().until(() -> accounts.find("default").isPresent());
        client.resource(Namespaces.DEFINITION).delete("x");
        await().until(() -> client.resource(Namespaces.DEFINITION).find("x").isEmpty());
        assertThat(accounts.list()).isEmpty();
    }

    @Test
    void a_pod_that_is_bound_to_a_simulated_node_runs_and_goes_when_deleted() {
        try (var nodes = new SimulatedNodes(client, Clock.system(), 2)) {
            nodes.start();
            await().until(() -> client.resource(Nodes.DEFINITION).find("node-1").isPresent());
            client.resource(Pods.DEFINITION).create(Pod.of(Plans.yaml("""
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: p, namespace: default}
                            spec: {nodeName: node-1, containers: [{name: c, image: i}]}
                            """)));
            await().until(() -> pods().getFirst().status().phase().equals("Running"));
            assertThat(pods().getFirst().status().podIP()).startsWith("10.");
            client.resource(Pods.DEFINITION).inNamespace("default").delete("p");
            await().until(() -> pods().isEmpty());
        }
    }

    @Test
    void a_pod_that_was_marked_while_its_simulated_node_was_lost_becomes_ready_again() {
        try (var nodes = new SimulatedNodes(client, Clock.system(), 1)) {
            nodes.start();
            await().until(() -> client.resource(Nodes.DEFINITION).find("node-0").isPresent());
            client.resource(Pods.DEFINITION).create(Pod.of(Plans.yaml("""
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: p, namespace: default}
                            spec: {nodeName: node-0, containers: [{name: c, image: i}]}
                            """)));
            await().until(() -> PodFacts.isReady(pods().getFirst()));
            Pod pod = pods().getFirst();
            var marked = pod.status().conditions().stream()
                    .map(each -> each.type().equals("Ready") ? each.withStatus("False") : each)
                    .toList();
            client.resource(Pods.DEFINITION)
                    .updateStatus(pod.withStatus(pod.status().withConditions(marked)));
            await().until(() -> PodFacts.isReady(pods().getFirst()));
        }
    }

    @Test
    void a_bare_pod_that_is_not_started_again_completes_on_a_simulated_node() {
        try (var nodes = new SimulatedNodes(client, Clock.system(), 1)) {
            nodes.start();
            client.resource(Pods.DEFINITION).create(Pod.of(Plans.yaml("""
                            apiVersion: v1
                            kind: Pod
                            metadata: {name: p, namespace: default}
                            spec: {nodeName: node-0, restartPolicy: Never, containers: [{name: c, image: i}]}
                            """)));
            await().until(() -> pods().getFirst().status().phase().equals("Succeeded"));
        }
    }

    @Test
    void a_node_that_says_it_is_fake_becomes_a_simulated_one_until_it_is_deleted() {
        var nodes = client.resource(Nodes.DEFINITION);
        client.resource(Pods.DEFINITION).create(Pod.of(Plans.yaml("""
                        apiVersion: v1
                        kind: Pod
                        metadata: {name: early, namespace: default}
                        spec: {nodeName: fake, containers: [{name: c, image: i}]}
                        """)));
        try (var simulated = new SimulatedNodes(client, Clock.system(), 0)) {
            simulated.start();
            nodes.create(Node.of(Plans.yaml("""
                    apiVersion: v1
                    kind: Node
                    metadata: {name: fake, annotations: {kwok.x-k8s.io/node: fake}}
                    """)));
            nodes.create(Node.of(Plans.yaml("{apiVersion: v1, kind: Node, metadata: {name: true-to-itself}}")));
            await().until(() -> isReady(nodes.get("fake")));
            await().until(() -> pods().getFirst().status().phase().equals("Running"));
            assertThat(isReady(nodes.get("true-to-itself"))).isFalse();
            nodes.delete("fake");
            await().until(() -> nodes.find("fake").isEmpty());
        }
    }

    private static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .anyMatch(each -> each.type().equals("Ready") && each.status().equals("True"));
    }

    private List<Pod> pods() {
        return client.resource(Pods.DEFINITION).inNamespace("default").list();
    }

    private ReplicaSet replicaSet() {
        return client.resource(ReplicaSets.DEFINITION).inNamespace("default").get("r");
    }

    private static ReplicaSet replicaSet(int replicas) {
        return ReplicaSet.of(Plans.yaml("""
                apiVersion: apps/v1
                kind: ReplicaSet
                metadata: {name: r, namespace: default}
                spec:
                  replicas: %d
                  selector: {matchLabels: {app: r}}
                  template: {metadata: {labels: {app: r}}, spec: {containers: [{name: c, image: i}]}}
                """.formatted(replicas)));
    }
}
