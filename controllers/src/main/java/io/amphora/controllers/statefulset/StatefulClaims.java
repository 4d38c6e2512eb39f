package io.amphora.controllers.statefulset;

import io.amphora.api.ApiObject;
import io.amphora.api.apps.v1.StatefulSet;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.Pod;
import io.amphora.controllers.Action;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Seen;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The claims of one number of a StatefulSet: which there are, which are missing, and whom
/// they are deleted with (KEP-1847).
///
/// @param wanted whether the set is to have a Pod of this number
record StatefulClaims(StatefulSet set, int ordinal, boolean wanted, Seen seen) {

    static StatefulClaims of(StatefulSet set, int ordinal, boolean wanted, Seen seen) {
        return new StatefulClaims(set, ordinal, wanted, seen);
    }

    /// Whether a claim may be one of the set's, by its name.
    static boolean isNamedBy(StatefulSet set, PersistentVolumeClaim claim) {
        return set.spec().volumeClaimTemplates().stream()
                .anyMatch(template -> claim.name().startsWith(template.name() + "-" + set.name() + "-"));
    }

    /// Whether a change of a claim is one that a set looks at.
    static boolean changes(PersistentVolumeClaim before, PersistentVolumeClaim now) {
        return !before.uid().equals(now.uid())
                || isGoing(before) != isGoing(now)
                || !references(before).equals(references(now));
    }

    /// Makes those that are missing.
    List<Action> creations() {
        return set.spec().volumeClaimTemplates().stream()
                .filter(template -> find(template).isEmpty())
                .map(template -> Action.create(PersistentVolumeClaims.DEFINITION, made(template)))
                .toList();
    }

    private PersistentVolumeClaim made(PersistentVolumeClaim template) {
        ObjectTree from = template.tree().object("metadata");
        ObjectTree labels = from.object("labels");
        for (var each : set.spec().selector().tree().object("matchLabels"))
            labels = labels.with(each.getKey(), each.getValue());
        ObjectTree metadata = ObjectTree.of("name", name(template), "namespace", set.namespace(), "labels", labels);
        if (from.has("annotations")) metadata = metadata.with("annotations", from.get("annotations"));
        if (goesWithSet()) metadata = metadata.with("ownerReferences", ListTree.of(Owners.reference(set)));
        ObjectTree spec = template.tree().object("spec");
        return PersistentVolumeClaim.of(
                PersistentVolumeClaim.EMPTY.tree().with("metadata", metadata).with("spec", spec));
    }

    /// The names of those that are being deleted.
    List<String> going() {
        return existing()
                .filter(StatefulClaims::isGoing)
                .map(PersistentVolumeClaim::name)
                .toList();
    }

    /// Whether there are some that are still to go with an earlier Pod of this number.
    boolean areLeftOver() {
        String pod = StatefulPods.name(set, ordinal);
        return whenScaled()
                && existing()
                        .flatMap(claim -> references(claim).stream())
                        .anyMatch(each -> isReferenceTo(each, "Pod", pod));
    }

    /// Makes them go with whom they are to go with: with `pod`, with the set, or with nobody.
    /// What somebody else controls, or an earlier object of the same name has owned, is none
    /// of the set's business.
    List<Action> retained(Pod pod) {
        return existing().flatMap(claim -> retained(claim, pod).stream()).toList();
    }

    private Optional<Action> retained(PersistentVolumeClaim claim, Pod pod) {
        ListTree references = references(claim);
        if (isStale(references, "StatefulSet", set) || isStale(references, "Pod", pod)) return Optional.empty();
        var kept = new ArrayList<Tree>();
        for (Tree each : references) if (!isTo(each, set) && !isTo(each, pod)) kept.add(each);
        boolean controlled = kept.stream().anyMatch(each -> each.object().bool("controller"));
        if (!controlled && goesWithSet()) kept.add(referenceTo(set, references));
        if (!controlled && goesWithPod()) kept.add(referenceTo(pod, references));
        if (references.items().equals(kept)) return Optional.empty();
        ObjectTree metadata = claim.tree().object("metadata");
        metadata = kept.isEmpty()
                ? metadata.without("ownerReferences")
                : metadata.with("ownerReferences", new ListTree(kept));
        var changed = PersistentVolumeClaim.of(claim.tree().with("metadata", metadata));
        return Optional.of(Action.update(PersistentVolumeClaims.DEFINITION, changed));
    }

    /// As it is, if it is that of a controller; else as it is to be.
    private static ObjectTree referenceTo(ApiObject owner, ListTree references) {
        return references.stream()
                .map(Tree::object)
                .filter(each -> isTo(each, owner) && each.bool("controller"))
                .findFirst()
                .orElseGet(() -> Owners.reference(owner));
    }

    private boolean goesWithSet() {
        String policy = set.spec().persistentVolumeClaimRetentionPolicy().whenDeleted();
        return policy.equals("Delete") && !goesWithPod();
    }

    private boolean goesWithPod() {
        return whenScaled() && !wanted;
    }

    private boolean whenScaled() {
        return set.spec().persistentVolumeClaimRetentionPolicy().whenScaled().equals("Delete");
    }

    private Stream<PersistentVolumeClaim> existing() {
        return set.spec().volumeClaimTemplates().stream().flatMap(template -> find(template).stream());
    }

    private Optional<PersistentVolumeClaim> find(PersistentVolumeClaim template) {
        return seen.find(PersistentVolumeClaims.DEFINITION, set.namespace(), name(template));
    }

    private String name(PersistentVolumeClaim template) {
        return StatefulPods.claimName(set, ordinal, template);
    }

    private static ListTree references(PersistentVolumeClaim claim) {
        return claim.tree().object("metadata").list("ownerReferences");
    }

    private static boolean isStale(ListTree references, String kind, ApiObject owner) {
        return references.stream().anyMatch(each -> isReferenceTo(each, kind, owner.name()) && !isTo(each, owner));
    }

    private static boolean isReferenceTo(Tree reference, String kind, String name) {
        return reference.object().text("kind").equals(kind)
                && reference.object().text("name").equals(name);
    }

    private static boolean isTo(Tree reference, ApiObject owner) {
        return reference.object().text("uid").equals(owner.uid());
    }

    private static boolean isGoing(PersistentVolumeClaim claim) {
        return claim.tree().object("metadata").has("deletionTimestamp");
    }
}
