package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Pod;

/// What a Pod calls itself.
final class Hostnames {
    /// The kernel's limit (HOST_NAME_MAX is 64 with its end), and a DNS label's.
    private static final int LONGEST = 63;

    private Hostnames() {}

    static String of(Pod pod) {
        String override = pod.spec().tree().text("hostnameOverride");
        if (!override.isEmpty()) return override;
        String name = pod.spec().hostname().isEmpty() ? pod.name() : pod.spec().hostname();
        if (name.length() <= LONGEST) return name;
        String cut = name.substring(0, LONGEST);
        while (cut.endsWith("-") || cut.endsWith(".")) cut = cut.substring(0, cut.length() - 1);
        return cut;
    }

    /// The name under the Pod's subdomain, "" without one.
    static String full(Pod pod, String clusterDomain) {
        if (pod.spec().subdomain().isEmpty()) return "";
        return of(pod) + "." + pod.spec().subdomain() + "." + pod.namespace() + ".svc." + clusterDomain;
    }

    /// What the kernel is told: the full name where the Pod asks for it.
    static String ofKernel(Pod pod, String clusterDomain) {
        String full = full(pod, clusterDomain);
        return pod.spec().setHostnameAsFQDN() && !full.isEmpty() ? full : of(pod);
    }
}
