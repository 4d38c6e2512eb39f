package io.amphora.api.core.v1;

import io.amphora.api.Defaults;
import io.amphora.api.validation.PodAnnotations;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// AppArmor profiles of a new Pod that are given by annotation become fields, which is all that kubelets of
/// today read.
final class PodProfiles {
    private PodProfiles() {}

    static ObjectTree completed(ObjectTree pod) {
        Map<String, String> annotations = Pod.of(pod).metadata().annotations();
        boolean none = annotations.keySet().stream().noneMatch(key -> key.startsWith(PodAnnotations.APP_ARMOR));
        if (none || pod.object("spec").object("os").text("name").equals("windows")) return pod;
        ObjectTree ofPod = pod.object("spec").object("securityContext").object("appArmorProfile");
        return Defaults.in(pod, "spec", spec -> {
            ObjectTree tree = spec;
            for (String list : new String[] {"initContainers", "containers"})
                tree = Defaults.each(tree, list, container -> container(container, annotations, ofPod));
            return tree;
        });
    }

    private static ObjectTree container(ObjectTree container, Map<String, String> annotations, ObjectTree ofPod) {
        ObjectTree context = container.object("securityContext");
        if (context.has("appArmorProfile")) return container;
        ObjectTree profile = profile(annotations.get(PodAnnotations.APP_ARMOR + container.text("name")));
        if (profile.isEmpty() || profile.equals(ofPod)) return container;
        return container.with("securityContext", context.with("appArmorProfile", profile));
    }

    private static ObjectTree profile(@Nullable String annotation) {
        return switch (annotation) {
            case null -> ObjectTree.EMPTY;
            case "unconfined" -> ObjectTree.of("type", "Unconfined");
            case "runtime/default" -> ObjectTree.of("type", "RuntimeDefault");
            case String text
            when text.startsWith(PodAnnotations.LOCALHOST) ->
                ObjectTree.of(
                        "type", "Localhost", "localhostProfile", text.substring(PodAnnotations.LOCALHOST.length()));
            default -> ObjectTree.EMPTY;
        };
    }
}
