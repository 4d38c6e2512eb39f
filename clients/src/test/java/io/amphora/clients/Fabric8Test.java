package io.amphora.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amphora.clients.model.Ship;
import io.amphora.clients.model.ShipSpec;
import io.amphora.clients.model.ShipStatus;
import io.amphora.store.MemoryStore;
import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ConfigMapList;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What programs do with fabric8's client, over each of its HTTP clients.
class Fabric8Test {
    private static ClientCluster cluster;

    @BeforeAll
    static void start() {
        cluster = ClientCluster.start(new MemoryStore(), 0);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    /// A client in a namespace of its own, which is gone afterwards.
    private interface Scenario {
        void play(KubernetesClient client, String namespace) throws Exception;
    }

    private static void in(String namespace, Fabric8Client kind, Scenario scenario) throws Exception {
        String name = namespace + "-" + kind.name().toLowerCase(java.util.Locale.ROOT);
        try (KubernetesClient client = kind.connect(cluster)) {
            client.resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(name)
                            .endMetadata()
                            .build())
                    .create();
            scenario.play(client, name);
            client.namespaces().withName(name).delete();
        }
    }

    private static ConfigMap configMap(String name, Map<String, String> data) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withData(data)
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void connectsWithACertificateAndItsKey(Fabric8Client kind) {
        try (KubernetesClient client = kind.connect(cluster, ClientCluster.administrator())) {
            assertThat(client.namespaces().withName("default").get()).isNotNull();
        }
    }

    @ParameterizedTest
    @EnumSource
    void createsReadsUpdatesAndDeletes(Fabric8Client kind) throws Exception {
        in("crud", kind, (client, namespace) -> {
            var maps = client.configMaps().inNamespace(namespace);
            ConfigMap created = maps.resource(configMap("a", Map.of("k", "1"))).create();
            assertThat(created.getMetadata().getUid()).isNotEmpty();
            assertThat(maps.withName("a")
                            .edit(map -> new ConfigMapBuilder(map)
                                    .addToData("k", "2")
                                    .build())
                            .getData())
                    .isEqualTo(Map.of("k", "2"));
            created.setData(Map.of("k", "3"));
            assertThatThrownBy(() -> maps.resource(created).update())
                    .isInstanceOfSatisfying(KubernetesClientException.class, conflict -> {
                        assertThat(conflict.getCode()).isEqualTo(409);
                        assertThat(conflict.getStatus().getReason()).isEqualTo("Conflict");
                        assertThat(conflict.getStatus().getDetails().getName()).isEqualTo("a");
                    });
            assertThat(maps.resource(configMap("a", Map.of("k", "4")))
                            .createOr(each -> each.update())
                            .getData())
                    .isEqualTo(Map.of("k", "4"));
            assertThat(maps.withName("a").delete()).hasSize(1);
            assertThat(maps.withName("a").get()).isNull();
            assertThat(maps.withName("a").delete()).isEmpty();
        });
    }

    @ParameterizedTest
    @EnumSource
    void patchesInEveryWay(Fabric8Client kind) throws Exception {
        in("patch", kind, (client, namespace) -> {
            var maps = client.configMaps().inNamespace(namespace);
            maps.resource(configMap("a", Map.of("k", "1"))).create();
            var map = maps.withName("a");
            map.patch(PatchContext.of(PatchType.JSON), """
                    [{"op": "add", "path": "/data/json", "value": "1"}]""");
            map.patch(PatchContext.of(PatchType.JSON_MERGE), """
                    {"data": {"merge": "1", "k": null}}""");
            map.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), """
                    {"data": {"strategic": "1"}}""");
            assertThat(map.get().getData()).containsOnlyKeys("json", "merge", "strategic");

            maps.resource(configMap("a", Map.of("applied", "1")))
                    .fieldManager("one")
                    .serverSideApply();
            assertThatThrownBy(() -> maps.resource(configMap("a", Map.of("applied", "2")))
                            .fieldManager("two")
                            .serverSideApply())
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            conflict -> assertThat(conflict.getCode()).isEqualTo(409));
            assertThat(maps.resource(configMap("a", Map.of("applied", "2")))
                            .fieldManager("two")
                            .forceConflicts()
                            .serverSideApply()
                            .getData())
                    .containsEntry("applied", "2")
                    .containsKey("json");
        });
    }

    @ParameterizedTest
    @EnumSource
    void listsByPages(Fabric8Client kind) throws Exception {
        in("list", kind, (client, namespace) -> {
            var maps = client.configMaps().inNamespace(namespace);
            for (int i = 0; i < 5; i++)
                maps.resource(new ConfigMapBuilder(configMap("page-" + i, Map.of()))
                                .editMetadata()
                                .addToLabels("number", i % 2 == 0 ? "even" : "odd")
                                .endMetadata()
                                .build())
                        .create();
            var seen = new ConcurrentLinkedQueue<String>();
            String next = null;
            do {
                ConfigMapList page = maps.list(new ListOptionsBuilder()
                        .withLimit(2L)
                        .withContinue(next)
                        .build());
                page.getItems().forEach(each -> seen.add(each.getMetadata().getName()));
                next = page.getMetadata().getContinue();
            } while (next != null && !next.isEmpty());
            assertThat(seen).containsExactly("page-0", "page-1", "page-2", "page-3", "page-4");
            assertThat(maps.withLabel("number", "odd").list().getItems()).hasSize(2);
            assertThat(maps.withField("metadata.name", "page-3").list().getItems())
                    .hasSize(1);
            maps.withLabel("number", "even").delete();
            assertThat(maps.list().getItems()).hasSize(2);
        });
    }

    @ParameterizedTest
    @EnumSource
    void watchesUntilItCloses(Fabric8Client kind) throws Exception {
        in("watch", kind, (client, namespace) -> {
            var maps = client.configMaps().inNamespace(namespace);
            var events = new ConcurrentLinkedQueue<String>();
            var closed = new AtomicBoolean();
            var watch = maps.watch(new Watcher<ConfigMap>() {
                @Override
                public void eventReceived(Action action, ConfigMap map) {
                    events.add(action + " " + map.getMetadata().getName());
                }

                @Override
                public void onClose(WatcherException failure) {}

                @Override
                public void onClose() {
                    closed.set(true);
                }
            });
            maps.resource(configMap("a", Map.of())).create();
            maps.withName("a")
                    .edit(map -> new ConfigMapBuilder(map).addToData("k", "1").build());
            maps.withName("a").delete();
            await().untilAsserted(() -> assertThat(events).containsExactly("ADDED a", "MODIFIED a", "DELETED a"));
            watch.close();
            await().untilTrue(closed);
            assertThatThrownBy(() -> client.configMaps()
                            .inNamespace(namespace)
                            .watch(
                                    new ListOptionsBuilder()
                                            .withLabelSelector("a b c")
                                            .build(),
                                    new Watcher<ConfigMap>() {
                                        @Override
                                        public void eventReceived(Action action, ConfigMap map) {}

                                        @Override
                                        public void onClose(WatcherException failure) {}
                                    }))
                    .isInstanceOfSatisfying(
                            KubernetesClientException.class,
                            refused -> assertThat(refused.getCode()).isEqualTo(400));
        });
    }

    @ParameterizedTest
    @EnumSource
    void followsByInformer(Fabric8Client kind) throws Exception {
        in("informer", kind, (client, namespace) -> {
            var maps = client.configMaps().inNamespace(namespace);
            for (int i = 0; i < 5; i++)
                maps.resource(configMap("before-" + i, Map.of())).create();
            Map<String, String> known = new ConcurrentHashMap<>();
            try (var informer = maps.withLimit(2L).inform(new Recording(known))) {
                assertThat(informer.hasSynced()).isTrue();
                maps.resource(configMap("after", Map.of())).create();
                maps.withName("after").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\": {\"k\": \"2\"}}");
                maps.withName("before-0").delete();
                await().untilAsserted(() -> assertThat(known)
                        .isEqualTo(
                                Map.of("before-1", "", "before-2", "", "before-3", "", "before-4", "", "after", "2")));
                assertThat(informer.getStore().list()).hasSize(5);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void usesAKindDefinedByClasses(Fabric8Client kind) throws Exception {
        in("custom", kind, (client, namespace) -> {
            define(client);
            var ships = client.resources(Ship.class).inNamespace(namespace);
            var ship = new Ship();
            ship.getMetadata().setName("argo");
            var spec = new ShipSpec();
            spec.setCrew(50);
            ship.setSpec(spec);
            Ship created = ships.resource(ship).create();
            created.setStatus(new ShipStatus("Sailing"));
            assertThat(ships.resource(created).updateStatus().getStatus().getPhase())
                    .isEqualTo("Sailing");
            ships.withName("argo").edit(each -> {
                each.getSpec().setCrew(51);
                return each;
            });
            Ship live = ships.withName("argo").get();
            assertThat(live.getSpec().getCrew()).isEqualTo(51);
            assertThat(live.getStatus().getPhase()).isEqualTo("Sailing");
            assertThatThrownBy(() ->
                            ships.withName("argo").patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"spec\": {}}"))
                    .isInstanceOfSatisfying(KubernetesClientException.class, refused -> {
                        assertThat(refused.getCode()).isEqualTo(415);
                        assertThat(refused.getStatus().getMessage())
                                .isEqualTo("the body of the request was in an unknown format - accepted media types"
                                        + " include: application/json-patch+json, application/merge-patch+json,"
                                        + " application/apply-patch+yaml");
                    });
            ships.withName("argo").delete();
        });
    }

    static void define(KubernetesClient client) {
        new CRDGenerator()
                .customResourceClasses(Ship.class)
                .forCRDVersions("v1")
                .inOutputDir(new java.io.File("target"))
                .detailedGenerate();
        CustomResourceDefinition definition =
                Serialization.unmarshal(read("target/ships.example.com-v1.yml"), CustomResourceDefinition.class);
        client.resource(definition).serverSideApply();
        client.resource(definition)
                .waitUntilCondition(
                        live -> live != null
                                && live.getStatus() != null
                                && live.getStatus().getConditions().stream()
                                        .anyMatch(each -> each.getType().equals("Established")
                                                && each.getStatus().equals("True")),
                        10,
                        java.util.concurrent.TimeUnit.SECONDS);
    }

    private static String read(String file) {
        try {
            return java.nio.file.Files.readString(java.nio.file.Path.of(file));
        } catch (java.io.IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @EnumSource
    void electsALeader(Fabric8Client kind) throws Exception {
        in("leader", kind, (client, namespace) -> {
            var leading = new AtomicBoolean();
            var ended = new AtomicBoolean();
            var elector = client.leaderElector()
                    .withConfig(new LeaderElectionConfigBuilder()
                            .withName("test")
                            .withLock(new LeaseLock(namespace, "leader", "me"))
                            .withLeaseDuration(Duration.ofSeconds(5))
                            .withRenewDeadline(Duration.ofSeconds(3))
                            .withRetryPeriod(Duration.ofMillis(200))
                            .withReleaseOnCancel(true)
                            .withLeaderCallbacks(
                                    new LeaderCallbacks(() -> leading.set(true), () -> ended.set(true), any -> {}))
                            .build())
                    .build()
                    .start();
            await().untilTrue(leading);
            assertThat(client.leases()
                            .inNamespace(namespace)
                            .withName("leader")
                            .get()
                            .getSpec()
                            .getHolderIdentity())
                    .isEqualTo("me");
            elector.cancel(true);
            await().untilTrue(ended);
        });
    }

    @ParameterizedTest
    @EnumSource
    void scalesAndRestartsADeployment(Fabric8Client kind) throws Exception {
        in("deploy", kind, (client, namespace) -> {
            Deployment deployment = new DeploymentBuilder()
                    .withNewMetadata()
                    .withName("web")
                    .endMetadata()
                    .withNewSpec()
                    .withReplicas(1)
                    .withNewSelector()
                    .addToMatchLabels("app", "web")
                    .endSelector()
                    .withNewTemplate()
                    .withNewMetadata()
                    .addToLabels("app", "web")
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withName("web")
                    .withImage("web")
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build();
            var web = client.apps().deployments().inNamespace(namespace).resource(deployment);
            web.create();
            client.apps().deployments().inNamespace(namespace).withName("web").scale(3);
            await().untilAsserted(() -> assertThat(client.pods()
                            .inNamespace(namespace)
                            .withLabel("app", "web")
                            .list()
                            .getItems())
                    .hasSize(3));
            client.apps()
                    .deployments()
                    .inNamespace(namespace)
                    .withName("web")
                    .rolling()
                    .restart();
            await().untilAsserted(() -> assertThat(client.apps()
                            .replicaSets()
                            .inNamespace(namespace)
                            .list()
                            .getItems())
                    .hasSize(2));
        });
    }

    /// What an informer told, by name.
    record Recording(Map<String, String> known) implements ResourceEventHandler<ConfigMap> {
        @Override
        public void onAdd(ConfigMap map) {
            known.put(map.getMetadata().getName(), value(map));
        }

        @Override
        public void onUpdate(ConfigMap before, ConfigMap map) {
            known.put(map.getMetadata().getName(), value(map));
        }

        @Override
        public void onDelete(ConfigMap map, boolean unknownState) {
            known.remove(map.getMetadata().getName());
        }

        private static String value(ConfigMap map) {
            return map.getData() == null ? "" : map.getData().getOrDefault("k", "");
        }
    }
}
