package io.amphora.controllers.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiObject;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.storage.v1.StorageClass;
import io.amphora.api.storage.v1.StorageClasses;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Kindred;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What becomes of a claim of a class with a provisioner, when no volume has been seen yet.
class ClaimBinderTest {
    private static final PersistentVolumeClaim CLAIM = PersistentVolumeClaim.of(
            Plans.yaml(
                    "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: c, namespace: ns, uid: u},"
                            + " spec: {storageClassName: fast, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}}"));
    private static final StorageClass CLASS = StorageClass.of(Plans.yaml(
            "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: fast}, provisioner: example.com/p,"
                    + " volumeBindingMode: Immediate}"));

    @Test
    void without_a_volume_a_provisioner_is_told() {
        assertThat(after())
                .hasSize(2)
                .last()
                .isInstanceOfSatisfying(
                        Action.Update.class,
                        update -> assertThat(update.object().metadata().annotations())
                                .containsEntry("volume.kubernetes.io/storage-provisioner", "example.com/p"));
    }

    @Test
    void a_volume_that_the_server_has_is_taken() {
        assertThat(after(volume("Available", "2Gi")))
                .hasSize(2)
                .last()
                .isInstanceOfSatisfying(
                        Action.Update.class,
                        update -> assertThat(update.target()).isEqualTo(Target.of(PersistentVolumes.DEFINITION)));
    }

    @Test
    void a_volume_that_will_be_available_in_a_moment_is_waited_for() {
        assertThat(after(volume("Pending", "2Gi"))).hasSize(1);
        assertThat(after(volume("Pending", "1Mi")))
                .as("but not one that does not fit")
                .hasSize(2);
    }

    private static ObjectTree volume(String phase, String size) {
        return Plans.yaml(
                "{apiVersion: v1, kind: PersistentVolume, metadata: {name: v, uid: v}, spec: {storageClassName: fast,"
                        + " accessModes: [ReadWriteOnce], capacity: {storage: " + size + "}}, status: {phase: " + phase
                        + "}}");
    }

    /// What is done when the server has these volumes, and no news of them has come yet.
    private static List<Action> after(Tree... volumes) {
        var classes = Snapshot.<ApiObject>of(List.of(CLASS), List.of(), 1);
        var seen = new Seen(
                Map.of(
                        Target.of(StorageClasses.DEFINITION),
                        classes,
                        Target.of(PersistentVolumes.DEFINITION),
                        Snapshot.<ApiObject>of(List.of(), List.of(), 1)),
                Kindred.BUILT_IN);
        return Plans.follow(
                new ClaimBinder().plan(CLAIM, seen, Instant.EPOCH),
                action -> new Outcome.Done(
                        action,
                        action instanceof Action.ReadAll
                                ? ObjectTree.of("items", ListTree.of(volumes))
                                : ObjectTree.EMPTY));
    }
}
