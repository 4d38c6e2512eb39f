package io.amphora.apiserver.discovery;

import java.util.Map;

/// Which group comes before which, in discovery and in APIServices: where two have a resource of one name, clients take
/// the first. The numbers are Kubernetes'; what clients define comes last.
public final class GroupPriorities {
    private static final int CUSTOM_GROUP = 1000;
    private static final int CUSTOM_VERSION = 100;
    private static final int USUAL_VERSION = 15;

    private static final Map<String, Integer> GROUPS = Map.ofEntries(
            Map.entry("apiregistration.k8s.io", 20_000),
            Map.entry("", 18_000),
            Map.entry("apps", 17_800),
            Map.entry("events.k8s.io", 17_750),
            Map.entry("authentication.k8s.io", 17_700),
            Map.entry("authorization.k8s.io", 17_600),
            Map.entry("autoscaling", 17_500),
            Map.entry("batch", 17_400),
            Map.entry("certificates.k8s.io", 17_300),
            Map.entry("networking.k8s.io", 17_200),
            Map.entry("policy", 17_100),
            Map.entry("rbac.authorization.k8s.io", 17_000),
            Map.entry("storage.k8s.io", 16_800),
            Map.entry("admissionregistration.k8s.io", 16_700),
            Map.entry("apiextensions.k8s.io", 16_700),
            Map.entry("scheduling.k8s.io", 16_600),
            Map.entry("coordination.k8s.io", 16_500),
            Map.entry("node.k8s.io", 16_300),
            Map.entry("discovery.k8s.io", 16_200),
            Map.entry("resource.k8s.io", 16_200),
            Map.entry("flowcontrol.apiserver.k8s.io", 16_100));

    /// Versions with a number of their own, by `group/version`.
    private static final Map<String, Integer> VERSIONS =
            Map.of("/v1", 1, "autoscaling/v2", 30, "flowcontrol.apiserver.k8s.io/v1", 21, "resource.k8s.io/v1", 21);

    private GroupPriorities() {}

    public static int of(String group) {
        return GROUPS.getOrDefault(group, CUSTOM_GROUP);
    }

    public static int of(String group, String version) {
        if (!GROUPS.containsKey(group)) return CUSTOM_VERSION;
        return VERSIONS.getOrDefault(group + "/" + version, USUAL_VERSION);
    }

    /// The first group first.
    static int compare(String left, String right) {
        int byPriority = Integer.compare(of(right), of(left));
        return byPriority != 0 ? byPriority : left.compareTo(right);
    }
}
