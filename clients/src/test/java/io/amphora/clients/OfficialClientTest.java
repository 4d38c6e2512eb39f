package io.amphora.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amphora.store.MemoryStore;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.controller.builder.ControllerBuilder;
import io.kubernetes.client.extended.controller.reconciler.Reconciler;
import io.kubernetes.client.extended.controller.reconciler.Request;
import io.kubernetes.client.extended.controller.reconciler.Result;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.credentials.AccessTokenAuthentication;
import io.kubernetes.client.util.generic.GenericKubernetesApi;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What programs do with Kubernetes' own Java client.
class OfficialClientTest {
    private static ClientCluster cluster;

    @BeforeAll
    static void start() {
        cluster = ClientCluster.start(new MemoryStore(), 0);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private final ApiClient client = new ClientBuilder()
            .setBasePath(cluster.url())
            .setCertificateAuthority(ClientCluster.authority().getBytes(StandardCharsets.UTF_8))
            .setAuthentication(new AccessTokenAuthentication(ClientCluster.TOKEN))
            .build();
    private final CoreV1Api core = new CoreV1Api(client);

    private static V1ConfigMap configMap(String name, Map<String, String> data) {
        return new V1ConfigMap()
                .apiVersion("v1")
                .kind("ConfigMap")
                .metadata(new V1ObjectMeta().name(name).namespace("default"))
                .data(data);
    }

    @Test
    void createsReadsReplacesAndDeletes() throws ApiException {
        V1ConfigMap made = core.createNamespacedConfigMap("default", configMap("crud", Map.of("k", "1")))
                .execute();
        assertThat(core.replaceNamespacedConfigMap("crud", "default", made.data(Map.of("k", "2")))
                        .execute()
                        .getData())
                .containsEntry("k", "2");
        core.deleteNamespacedConfigMap("crud", "default").execute();
        assertThatThrownBy(() -> core.readNamespacedConfigMap("crud", "default").execute())
                .isInstanceOfSatisfying(ApiException.class, gone -> {
                    assertThat(gone.getCode()).isEqualTo(404);
                    assertThat(gone.getResponseBody()).startsWith("""
                            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"configmaps \\"crud\\" not found\
                            ","reason":"NotFound","details":{"name":"crud","kind":"configmaps"},"code":404}""");
                });
    }

    @Test
    void patchesInEveryWay() throws ApiException {
        core.createNamespacedConfigMap("default", configMap("patch", Map.of("k", "1")))
                .execute();
        patch(V1Patch.PATCH_FORMAT_JSON_PATCH, "[{\"op\":\"add\",\"path\":\"/data/json\",\"value\":\"1\"}]");
        patch(V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH, "{\"data\":{\"merge\":\"1\",\"k\":null}}");
        patch(V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH, "{\"data\":{\"strategic\":\"1\"}}");
        V1ConfigMap last = patch(
                V1Patch.PATCH_FORMAT_APPLY_YAML,
                "{apiVersion: v1, kind: ConfigMap, metadata: {name: patch}, data: {applied: '1'}}");
        assertThat(last.getData()).containsOnlyKeys("json", "merge", "strategic", "applied");
    }

    private V1ConfigMap patch(String format, String body) throws ApiException {
        return PatchUtils.patch(
                V1ConfigMap.class,
                () -> core.patchNamespacedConfigMap("patch", "default", new V1Patch(body))
                        .fieldManager("test")
                        .buildCall(null),
                format,
                client);
    }

    @Test
    void watches() throws Exception {
        String version =
                core.listNamespacedConfigMap("default").execute().getMetadata().getResourceVersion();
        try (Watch<V1ConfigMap> watch = Watch.createWatch(
                client,
                core.listNamespacedConfigMap("default")
                        .resourceVersion(version)
                        .fieldSelector("metadata.name=watched")
                        .watch(true)
                        .buildCall(null),
                new com.google.gson.reflect.TypeToken<Watch.Response<V1ConfigMap>>() {}.getType())) {
            core.createNamespacedConfigMap("default", configMap("watched", Map.of()))
                    .execute();
            core.deleteNamespacedConfigMap("watched", "default").execute();
            var types = new ArrayList<String>();
            for (Watch.Response<V1ConfigMap> event : watch) {
                types.add(event.type);
                if (event.type.equals("DELETED")) break;
            }
            assertThat(types).containsExactly("ADDED", "DELETED");
        }
    }

    @Test
    void reconcilesByAController() throws Exception {
        var api = new GenericKubernetesApi<>(V1ConfigMap.class, V1ConfigMapList.class, "", "v1", "configmaps", client);
        var factory = new SharedInformerFactory(client);
        var informer = factory.sharedIndexInformerFor(api, V1ConfigMap.class, 0);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        Reconciler reconciler = request -> {
            seen.add(request.getName());
            return new Result(false);
        };
        var controller = ControllerBuilder.defaultBuilder(factory)
                .watch(queue -> ControllerBuilder.controllerWatchBuilder(V1ConfigMap.class, queue)
                        .withWorkQueueKeyFunc(map -> new Request(
                                map.getMetadata().getNamespace(),
                                map.getMetadata().getName()))
                        .build())
                .withReconciler(reconciler)
                .withName("maps")
                .withReadyFunc(informer::hasSynced)
                .build();
        Thread running = Thread.ofPlatform().daemon().start(controller);
        factory.startAllRegisteredInformers();
        core.createNamespacedConfigMap("default", configMap("reconciled", Map.of()))
                .execute();
        await().until(() -> seen.contains("reconciled"));
        controller.shutdown();
        factory.stopAllRegisteredInformers();
        running.join();
    }

    @Test
    void electsALeader() throws Exception {
        var leads = new AtomicBoolean();
        try (var elector = new LeaderElector(new LeaderElectionConfig(
                new LeaseLock("default", "leader", "me", client),
                Duration.ofSeconds(5),
                Duration.ofSeconds(3),
                Duration.ofMillis(200)))) {
            Thread running = Thread.ofPlatform().daemon().start(() -> elector.run(() -> leads.set(true), () -> {}));
            await().untilTrue(leads);
            running.interrupt();
        }
    }

    @Test
    void listsByPages() throws ApiException {
        for (int i = 0; i < 3; i++)
            core.createNamespacedConfigMap(
                            "kube-public",
                            configMap("page-" + i, Map.of()).metadata(new V1ObjectMeta().name("page-" + i)))
                    .execute();
        V1ConfigMapList first =
                core.listNamespacedConfigMap("kube-public").limit(2).execute();
        V1ConfigMapList rest = core.listNamespacedConfigMap("kube-public")
                .limit(2)
                ._continue(first.getMetadata().getContinue())
                .execute();
        var names = new ArrayList<String>();
        for (V1ConfigMapList page : List.of(first, rest))
            page.getItems().forEach(each -> names.add(each.getMetadata().getName()));
        assertThat(names).containsExactly("page-0", "page-1", "page-2");
    }
}
