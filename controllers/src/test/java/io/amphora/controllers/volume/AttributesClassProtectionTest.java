package io.amphora.controllers.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.storage.v1.VolumeAttributesClass;
import io.amphora.client.Index;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Kindred;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches.Other;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttributesClassProtectionTest {
    private static final String GOING = "deletionTimestamp: \"2026-01-01T00:00:00Z\", ";
    private static final String GUARDED = "finalizers: [kubernetes.io/vac-protection]";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a new one is guarded                 | | {}                                                                   | {} | [kubernetes.io/vac-protection]
            one in use is left                   | g | {}                                                                 | {} |
            one that is going and free goes      | gd | {}                                                                | {} | null
            a claim that asks for it keeps it    | gd | {spec: {volumeAttributesClassName: gold}}                         | {} |
            a claim that has it keeps it         | gd | {status: {currentVolumeAttributesClassName: gold}}                | {} |
            a claim that is to have it keeps it  | gd | {status: {modifyVolumeStatus: {targetVolumeAttributesClassName: gold}}} | {} |
            a claim of another does not          | gd | {spec: {volumeAttributesClassName: silver}}                      | {} | null
            a volume that has it keeps it        | gd | {}                                     | {spec: {volumeAttributesClassName: gold}} |
            """)
    void a_class_stays_while_it_is_in_use(String says, String how, String claim, String volume, String finalizers) {
        String metadata = how == null ? "" : how.contains("d") ? GOING + GUARDED : GUARDED;
        var attributes = VolumeAttributesClass.of(Plans.yaml(
                "{apiVersion: storage.k8s.io/v1, kind: VolumeAttributesClass, metadata: {name: gold, uid: u, resourceVersion: \"1\", "
                        + metadata + "}}"));
        var claims = PersistentVolumeClaim.of(
                Plans.yaml(claim).with("metadata", ObjectTree.of("name", "c", "namespace", "ns")));
        var volumes = PersistentVolume.of(Plans.yaml(volume).with("metadata", ObjectTree.of("name", "v")));
        var controller = new AttributesClassProtection();
        var plan = controller.plan(attributes, seen(controller, claims, volumes), Instant.EPOCH);
        var patches = Plans.follow(plan, action -> answer(action, claims, volumes)).stream()
                .filter(Action.Patch.class::isInstance)
                .map(action -> ((Action.Patch) action)
                        .patch()
                        .object()
                        .object("metadata")
                        .get("finalizers"))
                .map(each -> each.isNull()
                        ? "null"
                        : "[" + each.list().items().getFirst().text() + "]")
                .toList();
        assertThat(patches).as(says).isEqualTo(finalizers == null ? List.of() : List.of(finalizers));
    }

    private static Outcome answer(Action action, PersistentVolumeClaim claim, PersistentVolume volume) {
        if (!(action instanceof Action.ReadAll read)) return new Outcome.Done(action, ObjectTree.EMPTY);
        boolean claims = read.target().equals(Target.of(PersistentVolumeClaims.DEFINITION));
        return new Outcome.Done(action, ObjectTree.of("items", ListTree.of(claims ? claim.tree() : volume.tree())));
    }

    @SuppressWarnings({"unchecked", "rawtypes"}) // the indexes are those of the kind
    private static Seen seen(
            AttributesClassProtection controller, PersistentVolumeClaim claim, PersistentVolume volume) {
        var snapshots = new HashMap<Target<?>, Snapshot<?>>();
        for (Other<?> other : controller.watches().others()) {
            boolean claims = other.target().equals(Target.of(PersistentVolumeClaims.DEFINITION));
            List<Index> indexes = (List) other.indexes();
            snapshots.put(
                    other.target(),
                    claims
                            ? Snapshot.of(List.of(claim), (List) indexes, 1)
                            : Snapshot.of(List.of(volume), (List) indexes, 1));
        }
        assertThat(snapshots).containsKey(Target.of(PersistentVolumes.DEFINITION));
        return new Seen(Map.copyOf(snapshots), Kindred.BUILT_IN);
    }
}
