package io.amphora.apiserver.auth;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// What a Pod names that its node has to read.
public final class PodReferences {
    public static final List<String> KINDS = List.of("secrets", "configmaps", "persistentvolumeclaims");

    /// Fields by which volumes refer to a Secret, besides their own type.
    private static final Set<String> SECRET_REFERENCES = Set.of("secretRef", "nodePublishSecretRef");

    private PodReferences() {}

    /// @param kind one of [#KINDS]
    /// @return names in the Pod's namespace
    public static Set<String> of(PodSpec spec, String kind) {
        var names = new TreeSet<String>();
        switch (kind) {
            case "secrets" -> {
                spec.tree().list("imagePullSecrets").forEach(each -> add(names, each.object(), "name"));
                inContainers(spec, "secretRef", "secretKeyRef", names);
                for (Tree volume : volumes(spec)) secrets(volume.object(), names);
            }
            case "configmaps" -> {
                inContainers(spec, "configMapRef", "configMapKeyRef", names);
                for (Tree volume : volumes(spec)) {
                    add(names, volume.object().object("configMap"), "name");
                    for (Tree source : volume.object().object("projected").list("sources"))
                        add(names, source.object().object("configMap"), "name");
                }
            }
            case "persistentvolumeclaims" -> {
                for (Tree volume : volumes(spec))
                    add(names, volume.object().object("persistentVolumeClaim"), "claimName");
            }
            default -> throw new IllegalArgumentException(kind);
        }
        return names;
    }

    /// The claim that a Pod's own volume is kept in is called after both.
    public static Set<String> ownClaims(String pod, PodSpec spec) {
        var names = new TreeSet<String>();
        for (Tree volume : volumes(spec))
            if (volume.object().has("ephemeral"))
                names.add(pod + "-" + volume.object().text("name"));
        return names;
    }

    /// The claims for devices that a Pod names, and those that were made for it.
    public static Set<String> resourceClaims(Pod pod) {
        var names = new TreeSet<String>();
        for (Tree claim : pod.spec().tree().list("resourceClaims")) add(names, claim.object(), "resourceClaimName");
        ObjectTree status = pod.tree().object("status");
        for (Tree claim : status.list("resourceClaimStatuses")) add(names, claim.object(), "resourceClaimName");
        add(names, status.object("extendedResourceClaimStatus"), "resourceClaimName");
        return names;
    }

    private static ListTree volumes(PodSpec spec) {
        return spec.tree().list("volumes");
    }

    private static void inContainers(PodSpec spec, String from, String key, Set<String> names) {
        for (String field : List.of("initContainers", "containers", "ephemeralContainers"))
            for (Tree container : spec.tree().list(field)) {
                for (Tree source : container.object().list("envFrom"))
                    add(names, source.object().object(from), "name");
                for (Tree variable : container.object().list("env"))
                    add(names, variable.object().object("valueFrom").object(key), "name");
            }
    }

    private static void secrets(ObjectTree volume, Set<String> names) {
        add(names, volume.object("secret"), "secretName");
        add(names, volume.object("azureFile"), "secretName");
        for (Tree source : volume.object("projected").list("sources"))
            add(names, source.object().object("secret"), "name");
        for (var type : volume)
            if (type.getValue() instanceof ObjectTree source)
                for (String field : SECRET_REFERENCES) add(names, source.object(field), "name");
    }

    private static void add(Set<String> names, ObjectTree reference, String field) {
        String name = reference.text(field);
        if (!name.isEmpty()) names.add(name);
    }
}
