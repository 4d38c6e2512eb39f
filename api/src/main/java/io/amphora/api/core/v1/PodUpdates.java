package io.amphora.api.core.v1;

import static io.amphora.api.SpecAndStatus.restore;

import io.amphora.api.Defaults;
import io.amphora.api.Metadata;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.PodAnnotations;
import io.amphora.api.validation.Tolerations;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// What may change in a Pod that is there. Nearly nothing: a Pod is replaced, not changed.
final class PodUpdates {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private static final String CHANGEABLE =
            "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
                    + "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
                    + "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n";

    private PodUpdates() {}

    // What each subresource leaves as it is
    // -----------------------------------------------------------------------------

    static Pod statusOnly(Pod updated, Pod stored) {
        ObjectTree tree = SpecAndStatus.restoreAllBut("status", updated.tree(), stored.tree());
        ObjectTree metadata = restore(tree.object("metadata"), stored.metadata().tree(), "ownerReferences");
        ObjectTree status = tree.object("status");
        if (status.text("qosClass").isEmpty())
            status = restore(status, stored.status().tree(), "qosClass");
        return Pod.of(tree.with("metadata", metadata).with("status", status));
    }

    static Pod ephemeralContainersOnly(Pod updated, Pod stored) {
        ObjectTree spec = restore(stored.spec().tree(), updated.spec().tree(), "ephemeralContainers");
        return withSpec(spec, updated, stored);
    }

    static Pod resourcesOnly(Pod updated, Pod stored) {
        ObjectTree spec = stored.spec().tree();
        for (String list : List.of("containers", "initContainers")) {
            Map<String, ObjectTree> byName = byName(updated.spec().tree().list(list));
            spec = Defaults.each(spec, list, container -> {
                ObjectTree wanted = byName.get(container.text("name"));
                return wanted == null
                        ? container
                        : restore(restore(container, wanted, "resources"), wanted, "resizePolicy");
            });
        }
        spec = restore(spec, updated.spec().tree(), "resources");
        return withSpec(spec, updated, stored);
    }

    /// `stored` with another spec, which makes a new generation of it.
    private static Pod withSpec(ObjectTree spec, Pod updated, Pod stored) {
        ObjectTree tree = Metadata.restored(
                stored.tree().with("metadata", updated.metadata().tree()), stored.tree());
        if (spec.equals(stored.spec().tree())) return Pod.of(tree);
        long generation = stored.metadata().generation() + 1;
        return Pod.of(tree.with("spec", spec).withAt(Tree.of(generation), "metadata", "generation"));
    }

    private static Map<String, ObjectTree> byName(ListTree list) {
        var byName = new HashMap<String, ObjectTree>();
        for (Tree item : list) byName.put(item.object().text("name"), item.object());
        return byName;
    }

    // The main resource
    // -------------------------------------------------------------------------------------------------

    static void validate(Pod updated, Pod stored, FieldErrors errors) {
        PodSpec spec = updated.spec();
        PodSpec old = stored.spec();
        if (!images(spec.containers(), old.containers(), SPEC.child("containers"), errors)) return;
        if (!images(spec.initContainers(), old.initContainers(), SPEC.child("initContainers"), errors)) return;
        if (!deadline(spec, old, errors)) return;
        Tolerations.validateUpdate(spec.tolerations(), old.tolerations(), SPEC.child("tolerations"), errors);
        gates(spec, old, errors);
        ObjectTree rest = withoutChangeable(spec, old);
        if (!old.schedulingGates().isEmpty()) rest = gatedPod(rest, old, errors);
        if (!rest.equals(withoutChangeable(old, old)))
            errors.forbidden(SPEC, CHANGEABLE + Differences.between(withoutChangeable(old, old), rest));
    }

    private static boolean images(List<Container> updated, List<Container> stored, FieldPath at, FieldErrors errors) {
        if (updated.size() != stored.size()) {
            errors.forbidden(at, "pod updates may not add or remove containers");
            return false;
        }
        for (int i = 0; i < updated.size(); i++) {
            String image = updated.get(i).image();
            Checks.required(image, at.index(i).child("image"), errors);
            if (!image.equals(image.strip()))
                errors.invalid(at.index(i).child("image"), image, "must not have leading or trailing whitespace");
        }
        return true;
    }

    /// A deadline may be set once, and come nearer.
    private static boolean deadline(PodSpec spec, PodSpec old, FieldErrors errors) {
        FieldPath at = SPEC.child("activeDeadlineSeconds");
        if (spec.findActiveDeadlineSeconds().isEmpty()) {
            if (old.findActiveDeadlineSeconds().isPresent())
                errors.invalid(at, null, "must not update from a positive integer to nil value");
            return true;
        }
        long seconds = spec.activeDeadlineSeconds();
        var range = Names.isInRange(seconds, 0, Integer.MAX_VALUE);
        errors.invalidAll(at, seconds, range);
        if (!range.isEmpty()) return false;
        if (old.findActiveDeadlineSeconds().isEmpty() || seconds <= old.activeDeadlineSeconds()) return true;
        errors.invalid(at, seconds, "must be less than or equal to previous value");
        return false;
    }

    private static void gates(PodSpec spec, PodSpec old, FieldErrors errors) {
        var known = new HashSet<String>();
        for (PodSchedulingGate gate : old.schedulingGates()) known.add(gate.name());
        var gates = spec.schedulingGates();
        for (int i = 0; i < gates.size(); i++)
            if (!known.contains(gates.get(i).name()))
                errors.forbidden(
                        SPEC.child("schedulingGates").index(i).child("name"),
                        "only deletion is allowed, but found new scheduling gate '"
                                + gates.get(i).name() + "'");
    }

    /// The spec with what may change as it was.
    private static ObjectTree withoutChangeable(PodSpec spec, PodSpec old) {
        ObjectTree tree = spec.tree();
        for (String name : List.of("activeDeadlineSeconds", "tolerations", "schedulingGates"))
            tree = restore(tree, old.tree(), name);
        if (old.terminationGracePeriodSeconds() < 0 && tree.whole("terminationGracePeriodSeconds") == 1)
            tree = restore(tree, old.tree(), "terminationGracePeriodSeconds");
        for (String list : List.of("containers", "initContainers"))
            if (tree.has(list)) tree = tree.with(list, withImagesOf(old.tree().list(list), tree.list(list)));
        return EmptyFields.removed(tree);
    }

    private static ListTree withImagesOf(ListTree old, ListTree containers) {
        var changed = new ArrayList<Tree>(containers.size());
        for (int i = 0; i < containers.size(); i++)
            changed.add(restore(containers.get(i).object(), old.get(i).object(), "image"));
        return new ListTree(changed);
    }

    /// A Pod that may not be scheduled yet may still be told more about where it goes, never less (KEP-3838).
    private static ObjectTree gatedPod(ObjectTree rest, PodSpec old, FieldErrors errors) {
        ObjectTree selector = rest.object("nodeSelector");
        for (var label : old.tree().object("nodeSelector"))
            if (!label.getValue().equals(selector.get(label.getKey()))) {
                errors.invalid(
                        SPEC.child("nodeSelector"),
                        selector,
                        "only additions to spec.nodeSelector are allowed (no mutations or deletions)");
                break;
            }
        NodeAffinity oldAffinity = old.affinity().nodeAffinity();
        NodeAffinity affinity = PodSpec.of(rest).affinity().nodeAffinity();
        if (!affinity.equals(oldAffinity)) nodeAffinity(affinity, oldAffinity, errors);
        ObjectTree tree = restore(rest, old.tree(), "nodeSelector");
        ObjectTree around = restore(tree.object("affinity"), old.affinity().tree(), "nodeAffinity");
        return around.isEmpty()
                ? restore(tree, EmptyFields.removed(old.tree()), "affinity")
                : tree.with("affinity", around);
    }

    private static void nodeAffinity(NodeAffinity affinity, NodeAffinity old, FieldErrors errors) {
        FieldPath at = SPEC.child("affinity")
                .child("nodeAffinity")
                .child("requiredDuringSchedulingIgnoredDuringExecution")
                .child("nodeSelectorTerms");
        var oldTerms = old.requiredDuringSchedulingIgnoredDuringExecution().nodeSelectorTerms();
        var terms = affinity.requiredDuringSchedulingIgnoredDuringExecution().nodeSelectorTerms();
        if (oldTerms.isEmpty()) return;
        if (oldTerms.size() != terms.size()) {
            errors.invalid(
                    at,
                    affinity.requiredDuringSchedulingIgnoredDuringExecution()
                            .tree()
                            .get("nodeSelectorTerms"),
                    "no additions/deletions to non-empty NodeSelectorTerms list are allowed");
            return;
        }
        for (int i = 0; i < terms.size(); i++)
            if (!onlyAdds(terms.get(i).tree(), oldTerms.get(i).tree()))
                errors.invalid(
                        at.index(i), terms.get(i).tree(), "only additions are allowed (no mutations or deletions)");
    }

    private static boolean onlyAdds(ObjectTree term, ObjectTree old) {
        if (old.isEmpty()) return term.isEmpty();
        return startsWith(term.list("matchExpressions"), old.list("matchExpressions"))
                && startsWith(term.list("matchFields"), old.list("matchFields"));
    }

    private static boolean startsWith(ListTree list, ListTree start) {
        return list.size() >= start.size()
                && list.items().subList(0, start.size()).equals(start.items());
    }

    // Ephemeral containers
    // ----------------------------------------------------------------------------------------------

    static void validateEphemeralContainers(Pod updated, Pod stored, FieldErrors errors) {
        if (stored.metadata().annotations().containsKey(PodAnnotations.MIRROR)) {
            errors.forbidden(Checks.WHOLE, "static pods do not support ephemeral containers");
            return;
        }
        FieldPath at = SPEC.child("ephemeralContainers");
        Map<String, ObjectTree> byName = byName(updated.spec().tree().list("ephemeralContainers"));
        for (EphemeralContainer old : stored.spec().ephemeralContainers()) {
            ObjectTree now = byName.get(old.name());
            String which = "existing ephemeral containers \"" + old.name() + "\" may not be ";
            if (now == null) errors.forbidden(at, which + "removed\n");
            else if (!now.equals(old.tree()))
                errors.forbidden(at, which + "changed\n" + Differences.between(old.tree(), now));
        }
    }
}
