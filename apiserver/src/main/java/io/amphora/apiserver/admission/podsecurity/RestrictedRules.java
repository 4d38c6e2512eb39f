package io.amphora.apiserver.admission.podsecurity;

import static io.amphora.apiserver.admission.podsecurity.BaselineRules.found;
import static io.amphora.apiserver.admission.podsecurity.Setters.context;
import static io.amphora.apiserver.admission.podsecurity.Setters.named;
import static io.amphora.apiserver.admission.podsecurity.Setters.names;
import static io.amphora.apiserver.admission.podsecurity.Setters.quoted;
import static io.amphora.apiserver.admission.podsecurity.Setters.together;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.Volume;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// What a hardened Pod has to say of itself.
final class RestrictedRules {
    private static final Set<String> VOLUMES = Set.of(
            "configMap",
            "csi",
            "downwardAPI",
            "emptyDir",
            "ephemeral",
            "image",
            "persistentVolumeClaim",
            "projected",
            "secret");

    private RestrictedRules() {}

    static Optional<Finding> privilegeEscalation(Pod pod, int minor) {
        if (Standards.isForWindows(pod.spec(), minor)) return Optional.empty();
        List<String> bad = names(pod.spec(), container -> !isFalse(context(container), "allowPrivilegeEscalation"));
        return bad.isEmpty()
                ? Optional.empty()
                : found(
                        "allowPrivilegeEscalation != false",
                        named("container", bad) + " must set securityContext.allowPrivilegeEscalation=false");
    }

    static Optional<Finding> capabilities(Pod pod, int minor) {
        if (Standards.isForWindows(pod.spec(), minor)) return Optional.empty();
        List<String> keeping = names(
                pod.spec(),
                container -> !context(container)
                        .object("capabilities")
                        .list("drop")
                        .items()
                        .contains(Tree.of("ALL")));
        var forbidden = new TreeSet<String>();
        List<String> adding =
                names(pod.spec(), container -> BaselineRules.adds(container, Set.of("NET_BIND_SERVICE"), forbidden));
        var details = new ArrayList<String>();
        if (!keeping.isEmpty())
            details.add(named("container", keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
        if (!adding.isEmpty()) details.add(BaselineRules.mustNotAdd(adding, forbidden));
        return details.isEmpty() ? Optional.empty() : found("unrestricted capabilities", String.join("; ", details));
    }

    static Optional<Finding> volumes(Pod pod, int minor) {
        var bad = new ArrayList<String>();
        var types = new TreeSet<String>();
        for (Volume volume : pod.spec().volumes())
            for (String type : volume.tree().names()) {
                if (type.equals("name") || VOLUMES.contains(type)) continue;
                bad.add(volume.name());
                types.add(type);
            }
        if (bad.isEmpty()) return Optional.empty();
        return found(
                "restricted volume types",
                named("volume", bad) + (bad.size() == 1 ? " uses " : " use ") + "restricted volume "
                        + named("type", types));
    }

    static Optional<Finding> runAsNonRoot(Pod pod, int minor) {
        PodSpec spec = pod.spec();
        boolean podRefuses = isFalse(context(spec), "runAsNonRoot");
        List<String> refusing = names(spec, container -> isFalse(context(container), "runAsNonRoot"));
        if (podRefuses || !refusing.isEmpty())
            return found(
                    "runAsNonRoot != true",
                    together(podRefuses, refusing) + " must not set securityContext.runAsNonRoot=false");
        if (context(spec).bool("runAsNonRoot")) return Optional.empty();
        List<String> silent = names(spec, container -> !context(container).bool("runAsNonRoot"));
        return silent.isEmpty()
                ? Optional.empty()
                : found(
                        "runAsNonRoot != true",
                        "pod or " + named("container", silent) + " must set securityContext.runAsNonRoot=true");
    }

    static Optional<Finding> runAsUser(Pod pod, int minor) {
        boolean byPod = isRoot(context(pod.spec()));
        List<String> byContainers = names(pod.spec(), container -> isRoot(context(container)));
        return byPod || !byContainers.isEmpty()
                ? found("runAsUser=0", together(byPod, byContainers) + " must not set runAsUser=0")
                : Optional.empty();
    }

    static Optional<Finding> seccomp(Pod pod, int minor) {
        PodSpec spec = pod.spec();
        if (Standards.isForWindows(spec, minor)) return Optional.empty();
        var values = new TreeSet<String>();
        boolean byPod = BaselineRules.isUnfiltered(context(spec), values);
        List<String> byContainers = names(spec, container -> BaselineRules.isUnfiltered(context(container), values));
        if (byPod || !byContainers.isEmpty())
            return found("seccompProfile", BaselineRules.mustNotSetSeccomp(byPod, byContainers, values));
        if (hasSeccomp(context(spec))) return Optional.empty();
        List<String> silent = names(spec, container -> !hasSeccomp(context(container)));
        return silent.isEmpty()
                ? Optional.empty()
                : found(
                        "seccompProfile",
                        "pod or " + named("container", silent) + " must set securityContext.seccompProfile.type to "
                                + quoted(List.of("RuntimeDefault")) + " or " + quoted(List.of("Localhost")));
    }

    private static boolean hasSeccomp(ObjectTree context) {
        return !context.object("seccompProfile").text("type").isEmpty();
    }

    private static boolean isFalse(ObjectTree context, String field) {
        return context.has(field) && !context.bool(field);
    }

    private static boolean isRoot(ObjectTree context) {
        return context.has("runAsUser") && context.whole("runAsUser") == 0;
    }
}
