package io.amphora.api.batch.v1;

import io.amphora.api.SpecAndStatus;
import io.amphora.api.core.v1.EmptyFields;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// What may change of a Job: how much runs at once and how long it lives, but not what runs. While it is
/// suspended
/// and none of its Pods run, also where they will run and with what resources (KEP-2926, KEP-5440).
final class JobUpdates {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private JobUpdates() {}

    static void validate(Job updated, Job stored, FieldErrors errors) {
        ObjectTree spec = updated.spec().tree();
        ObjectTree old = stored.spec().tree();
        completions(updated.spec(), stored.spec(), errors);
        immutable("selector", spec, old, errors);
        template(updated, stored, errors);
        for (String name :
                List.of("completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"))
            immutable(name, spec, old, errors);
    }

    private static void immutable(String name, ObjectTree spec, ObjectTree old, FieldErrors errors) {
        Checks.immutable(spec.get(name), old.get(name), SPEC.child(name), errors);
    }

    private static void completions(JobSpec spec, JobSpec old, FieldErrors errors) {
        if (!spec.completionMode().equals("Indexed")) immutable("completions", spec.tree(), old.tree(), errors);
        else if (spec.findCompletions().isPresent()
                && !spec.findCompletions().equals(old.findCompletions())
                && spec.completions() != spec.parallelism())
            errors.invalid(
                    SPEC.child("completions"),
                    spec.completions(),
                    "can only be modified in tandem with spec.parallelism");
    }

    private static void template(Job updated, Job stored, FieldErrors errors) {
        ObjectTree template = updated.spec().template().tree();
        ObjectTree old = stored.spec().template().tree();
        if (mayChange(stored)) old = withDirectives(old, template);
        if (!EmptyFields.removed(template).equals(EmptyFields.removed(old)))
            errors.invalid(SPEC.child("template"), template, "field is immutable");
    }

    private static boolean mayChange(Job stored) {
        JobStatus status = stored.status();
        boolean stopped = status.active() == 0 && JobStatuses.is(status, "Suspended");
        return stored.spec().suspend() && (status.findStartTime().isEmpty() || stopped);
    }

    /// `old` with all of `template` that may change.
    private static ObjectTree withDirectives(ObjectTree old, ObjectTree template) {
        ObjectTree metadata = old.object("metadata");
        for (String name : List.of("labels", "annotations"))
            metadata = SpecAndStatus.restore(metadata, template.object("metadata"), name);
        ObjectTree wanted = template.object("spec");
        ObjectTree spec = old.object("spec");
        for (String name : List.of("nodeSelector", "tolerations", "schedulingGates"))
            spec = SpecAndStatus.restore(spec, wanted, name);
        ObjectTree affinity = SpecAndStatus.restore(spec.object("affinity"), wanted.object("affinity"), "nodeAffinity");
        boolean none = affinity.isEmpty() && !wanted.has("affinity");
        spec = none ? spec.without("affinity") : spec.with("affinity", affinity);
        for (String list : List.of("containers", "initContainers")) spec = withResources(spec, wanted, list);
        return old.with("metadata", metadata).with("spec", spec);
    }

    private static ObjectTree withResources(ObjectTree spec, ObjectTree wanted, String name) {
        ListTree containers = spec.list(name);
        ListTree others = wanted.list(name);
        if (containers.size() != others.size()) return spec;
        var changed = new ArrayList<Tree>();
        for (int i = 0; i < containers.size(); i++)
            changed.add(SpecAndStatus.restore(
                    containers.get(i).object(), others.get(i).object(), "resources"));
        return changed.isEmpty() ? spec : spec.with(name, new ListTree(changed));
    }
}
