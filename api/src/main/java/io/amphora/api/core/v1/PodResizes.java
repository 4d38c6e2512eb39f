package io.amphora.api.core.v1;

import io.amphora.api.validation.Checks;
import io.amphora.api.validation.PodAnnotations;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Changing the resources of containers that run (KEP-1287): cpu and memory only, never taken away altogether.
final class PodResizes {
    private static final FieldPath SPEC = FieldPath.of("spec");

    private PodResizes() {}

    static void validate(Pod updated, Pod stored, FieldErrors errors) {
        String refused = refused(updated, stored);
        if (!refused.isEmpty()) {
            errors.forbidden(Checks.WHOLE, refused);
            return;
        }
        String qos = stored.status().qosClass();
        if (!qos.equals(PodQos.of(updated.spec())))
            errors.invalid(SPEC, updated.status().qosClass(), "Pod QOS Class may not change as a result of resizing");
        if (!supported(stored)) errors.forbidden(SPEC, "Pod running on node without support for resize");
        var init = stored.spec().initContainers();
        for (int i = 0; i < init.size(); i++)
            if (PodResources.isSidecar(init.get(i)))
                removed(
                        updated.spec().initContainers().get(i),
                        init.get(i),
                        SPEC.child("initContainers").index(i),
                        errors);
        var containers = stored.spec().containers();
        for (int i = 0; i < containers.size(); i++)
            removed(
                    updated.spec().containers().get(i),
                    containers.get(i),
                    SPEC.child("containers").index(i),
                    errors);
        onlyCpuAndMemory(updated.spec(), stored.spec(), errors);
    }

    private static String refused(Pod updated, Pod stored) {
        if (hasOwnResources(updated.spec()) || hasOwnResources(stored.spec()))
            return "pods with pod-level resources cannot be resized";
        if (stored.metadata().annotations().containsKey(PodAnnotations.MIRROR)) return "static pods cannot be resized";
        return stored.spec().os().name().equals("windows") ? "windows pods cannot be resized" : "";
    }

    private static boolean hasOwnResources(PodSpec spec) {
        return !spec.resources().requests().isEmpty()
                || !spec.resources().limits().isEmpty();
    }

    /// A kubelet that can do it reports the resources that containers run with.
    private static boolean supported(Pod pod) {
        for (ContainerStatus status : pod.status().containerStatuses())
            if (status.state().findRunning().isPresent())
                return status.findResources().isPresent();
        return true;
    }

    private static void removed(Container updated, Container stored, FieldPath at, FieldErrors errors) {
        FieldPath resources = at.child("resources");
        if (!updated.resources()
                .requests()
                .keySet()
                .containsAll(stored.resources().requests().keySet()))
            errors.forbidden(resources.child("requests"), "resource requests cannot be removed");
        if (!updated.resources()
                .limits()
                .keySet()
                .containsAll(stored.resources().limits().keySet()))
            errors.forbidden(resources.child("limits"), "resource limits cannot be removed");
    }

    private static void onlyCpuAndMemory(PodSpec updated, PodSpec stored, FieldErrors errors) {
        compare(updated.containers(), stored.containers(), "only cpu and memory resources are mutable", errors);
        for (int i = 0; i < stored.initContainers().size(); i++) {
            Container now = updated.initContainers().get(i);
            Container old = stored.initContainers().get(i);
            if (PodResources.isSidecar(old))
                compare(
                        List.of(now),
                        List.of(old),
                        "only cpu and memory resources for sidecar containers are mutable",
                        errors);
            else if (!now.equals(old))
                errors.forbidden(SPEC, "resources for non-sidecar init containers are immutable");
        }
    }

    private static void compare(List<Container> updated, List<Container> stored, String why, FieldErrors errors) {
        for (int i = 0; i < stored.size(); i++)
            if (!others(updated.get(i)).equals(others(stored.get(i)))) errors.forbidden(SPEC, why);
    }

    /// The container without its cpu and memory.
    private static ObjectTree others(Container container) {
        ObjectTree resources = container.resources().tree();
        for (String kind : List.of("requests", "limits")) {
            ObjectTree others = resources.object(kind).without("cpu").without("memory");
            resources = others.isEmpty() ? resources.without(kind) : resources.with(kind, others);
        }
        return EmptyFields.removed(container.tree().with("resources", resources));
    }
}
