package io.amphora.controllers.volume;

import io.amphora.api.ApiObject;
import io.amphora.api.core.v1.PersistentVolume;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.storage.v1.VolumeAttributesClass;
import io.amphora.api.storage.v1.VolumeAttributesClasses;
import io.amphora.client.Index;
import io.amphora.client.ListOptions;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/// Keeps a class of volume attributes that is deleted until no volume and no claim has, or is
/// to have, its attributes.
public final class AttributesClassProtection implements Controller<VolumeAttributesClass> {
    private static final String FINALIZER = "kubernetes.io/vac-protection";

    @Override
    public String name() {
        return "volumeattributesclass-protection-controller";
    }

    @Override
    public Watches<VolumeAttributesClass> watches() {
        return Watches.of(VolumeAttributesClasses.DEFINITION)
                .on(
                        PersistentVolumeClaims.DEFINITION,
                        (claim, seen) -> keys(classesOf(claim)),
                        byClass(AttributesClassProtection::classesOf))
                .on(
                        PersistentVolumes.DEFINITION,
                        (volume, seen) -> keys(classesOf(volume)),
                        byClass(AttributesClassProtection::classesOf));
    }

    private static <T extends ApiObject> Index<T> byClass(Function<T, List<String>> classes) {
        return new Index<>("attributes", classes);
    }

    private static List<Key> keys(List<String> classes) {
        return classes.stream()
                .map(name -> new Key(Target.of(VolumeAttributesClasses.DEFINITION), "", name))
                .toList();
    }

    private static List<String> classesOf(PersistentVolumeClaim claim) {
        return named(
                claim.spec().volumeAttributesClassName(),
                claim.status().currentVolumeAttributesClassName(),
                claim.status().modifyVolumeStatus().targetVolumeAttributesClassName());
    }

    private static List<String> classesOf(PersistentVolume volume) {
        return named(volume.spec().volumeAttributesClassName());
    }

    private static List<String> named(String... names) {
        return Stream.of(names).filter(name -> !name.isEmpty()).distinct().toList();
    }

    @Override
    public Plan plan(VolumeAttributesClass attributes, Seen seen, Instant now) {
        boolean guarded = attributes.metadata().finalizers().contains(FINALIZER);
        boolean going = attributes.metadata().findDeletionTimestamp().isPresent();
        if (!going && !guarded) return Plan.of(guard(attributes));
        if (!going || !guarded || isUsed(attributes.name(), seen)) return Plan.NOTHING;
        return Plan.together(List.of(
                        new Action.ReadAll(Target.of(PersistentVolumeClaims.DEFINITION), "", ListOptions.ALL),
                        new Action.ReadAll(Target.of(PersistentVolumes.DEFINITION), "", ListOptions.ALL)))
                .then(outcomes -> isFree(attributes.name(), outcomes) ? Plan.of(release(attributes)) : Plan.NOTHING);
    }

    private static boolean isUsed(String name, Seen seen) {
        return !seen.of(PersistentVolumeClaims.DEFINITION)
                        .by("attributes", name)
                        .isEmpty()
                || !seen.of(PersistentVolumes.DEFINITION).by("attributes", name).isEmpty();
    }

    /// By what the server itself says.
    private static boolean isFree(String name, List<Outcome> outcomes) {
        return outcomes.stream().allMatch(Outcome::succeeded)
                && items(outcomes.getFirst())
                        .noneMatch(item -> classesOf(PersistentVolumeClaim.of(item.object()))
                                .contains(name))
                && items(outcomes.getLast())
                        .noneMatch(item ->
                                classesOf(PersistentVolume.of(item.object())).contains(name));
    }

    private static Stream<Tree> items(Outcome outcome) {
        return outcome.findAnswer().stream().flatMap(list -> list.list("items").stream());
    }

    private static Action guard(VolumeAttributesClass attributes) {
        return Finalizers.with(VolumeAttributesClasses.DEFINITION, attributes, FINALIZER);
    }

    private static Action release(VolumeAttributesClass attributes) {
        return Finalizers.without(VolumeAttributesClasses.DEFINITION, attributes, FINALIZER);
    }
}
