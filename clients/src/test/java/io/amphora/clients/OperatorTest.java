package io.amphora.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.clients.model.Ship;
import io.amphora.clients.model.ShipSpec;
import io.amphora.clients.model.ShipStatus;
import io.amphora.store.MemoryStore;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.apps.DeploymentBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.ControllerConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.api.reconciler.Workflow;
import io.javaoperatorsdk.operator.api.reconciler.dependent.Dependent;
import io.javaoperatorsdk.operator.processing.dependent.kubernetes.CRUDKubernetesDependentResource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A small operator, as java-operator-sdk's users write them: a primary of its own kind, two dependents, a status, and
/// something to clean up.
class OperatorTest {
    private static final Set<String> CLEANED = ConcurrentHashMap.newKeySet();

    @Workflow(
            dependents = {@Dependent(type = Manifest.class), @Dependent(type = Crew.class)},
            explicitInvocation = false)
    @ControllerConfiguration(name = "ships")
    static class ShipReconciler implements Reconciler<Ship>, Cleaner<Ship> {
        @Override
        public UpdateControl<Ship> reconcile(Ship ship, Context<Ship> context) {
            boolean manned = context.getSecondaryResource(Deployment.class).isPresent();
            var status = new Ship();
            status.setMetadata(new ObjectMetaBuilder()
                    .withName(ship.getMetadata().getName())
                    .withNamespace(ship.getMetadata().getNamespace())
                    .build());
            status.setStatus(new ShipStatus(manned ? "Manned " + ship.getSpec().getCrew() : "Empty"));
            return UpdateControl.patchStatus(status);
        }

        @Override
        public DeleteControl cleanup(Ship ship, Context<Ship> context) {
            CLEANED.add(ship.getMetadata().getName());
            return DeleteControl.defaultDelete();
        }
    }

    static class Manifest extends CRUDKubernetesDependentResource<ConfigMap, Ship> {
        @Override
        protected ConfigMap desired(Ship ship, Context<Ship> context) {
            return new ConfigMapBuilder()
                    .withMetadata(named(ship, "manifest"))
                    .withData(Map.of("port", ship.getSpec().getPort()))
                    .build();
        }
    }

    static class Crew extends CRUDKubernetesDependentResource<Deployment, Ship> {
        @Override
        protected Deployment desired(Ship ship, Context<Ship> context) {
            Map<String, String> labels = Map.of("ship", ship.getMetadata().getName());
            return new DeploymentBuilder()
                    .withMetadata(named(ship, "crew"))
                    .withNewSpec()
                    .withReplicas(ship.getSpec().getCrew())
                    .withNewSelector()
                    .withMatchLabels(labels)
                    .endSelector()
                    .withNewTemplate()
                    .withNewMetadata()
                    .withLabels(labels)
                    .endMetadata()
                    .withNewSpec()
                    .addNewContainer()
                    .withName("sailor")
                    .withImage("sailor")
                    .endContainer()
                    .endSpec()
                    .endTemplate()
                    .endSpec()
                    .build();
        }
    }

    private static ObjectMeta named(Ship ship, String part) {
        return new ObjectMetaBuilder()
                .withName(ship.getMetadata().getName() + "-" + part)
                .withNamespace(ship.getMetadata().getNamespace())
                .build();
    }

    @ParameterizedTest
    @EnumSource
    void keepsWhatDependsOnItsResource(Fabric8Client kind) {
        CLEANED.clear();
        try (var cluster = ClientCluster.start(new MemoryStore(), 0);
                KubernetesClient client = kind.connect(cluster)) {
            Fabric8Test.define(client);
            var operator = new Operator(overrider -> overrider.withKubernetesClient(client));
            operator.register(new ShipReconciler());
            operator.start();
            try {
                sail(client);
            } finally {
                operator.stop();
            }
        }
    }

    private static String phase(Ship ship) {
        return ship.getStatus() == null ? "" : ship.getStatus().getPhase();
    }

    private static void sail(KubernetesClient client) {
        var ship = new Ship();
        ship.getMetadata().setName("argo");
        ship.setSpec(new ShipSpec());
        ship.getSpec().setCrew(2);
        ship.getSpec().setPort("Iolcus");
        var ships = client.resources(Ship.class).inNamespace("default");
        ships.resource(ship).create();
        await().untilAsserted(() -> {
            Ship live = ships.withName("argo").get();
            assertThat(phase(live)).isEqualTo("Manned 2");
            assertThat(live.getMetadata().getFinalizers()).hasSize(1);
        });
        ships.withName("argo").edit(each -> {
            each.getSpec().setPort("Colchis");
            each.getSpec().setCrew(3);
            return each;
        });
        await().untilAsserted(() -> {
            assertThat(client.configMaps()
                            .inNamespace("default")
                            .withName("argo-manifest")
                            .get()
                            .getData())
                    .containsEntry("port", "Colchis");
            assertThat(client.apps()
                            .deployments()
                            .inNamespace("default")
                            .withName("argo-crew")
                            .get()
                            .getSpec()
                            .getReplicas())
                    .isEqualTo(3);
            assertThat(phase(ships.withName("argo").get())).isEqualTo("Manned 3");
        });
        client.configMaps().inNamespace("default").withName("argo-manifest").delete();
        await().until(() -> client.configMaps()
                        .inNamespace("default")
                        .withName("argo-manifest")
                        .get()
                != null);
        ships.withName("argo").delete();
        await().untilAsserted(() -> {
            assertThat(ships.withName("argo").get()).isNull();
            assertThat(client.apps()
                            .deployments()
                            .inNamespace("default")
                            .withName("argo-crew")
                            .get())
                    .isNull();
        });
        assertThat(CLEANED).containsExactly("argo");
    }
}
