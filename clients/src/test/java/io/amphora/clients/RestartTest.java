package io.amphora.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.machinery.time.Clock;
import io.amphora.store.RocksDbStore;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An informer whose server goes away and comes back with the same store, at the same address.
class RestartTest {
    @TempDir
    private Path data;

    @ParameterizedTest
    @EnumSource
    void anInformerGoesOnOverARestart(Fabric8Client kind) {
        Map<String, String> known = new ConcurrentHashMap<>();
        try (var store = RocksDbStore.open(data, Clock.system())) {
            var first = ClientCluster.start(store, 0);
            try (KubernetesClient client = kind.connect(first);
                    var _ = client.configMaps().inNamespace("default").inform(new Fabric8Test.Recording(known))) {
                create(client, "before");
                await().until(() -> known.containsKey("before"));
                first.close();
                try (var _ = ClientCluster.start(store, first.port())) {
                    await().ignoreExceptions().until(() -> {
                        create(client, "after");
                        return true;
                    });
                    client.configMaps()
                            .inNamespace("default")
                            .withName("before")
                            .delete();
                    await().atMost(Duration.ofSeconds(20))
                            .untilAsserted(
                                    () -> assertThat(known).containsKey("after").doesNotContainKey("before"));
                }
            }
        }
    }

    private static void create(KubernetesClient client, String name) {
        client.configMaps()
                .inNamespace("default")
                .resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .build())
                .createOr(each -> each.update());
    }
}
