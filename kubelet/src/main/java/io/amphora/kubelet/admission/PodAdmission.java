package io.amphora.kubelet.admission;

import io.amphora.api.core.v1.AppArmorProfile;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.placement.HostPort;
import io.amphora.api.placement.NodeSelectors;
import io.amphora.api.placement.Resources;
import io.amphora.api.placement.Tolerations;
import io.amphora.kubelet.plan.Containers;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// Judges a Pod that has been bound to this node, by whomever: what the scheduler would have looked at is looked at
/// again, and what only the node knows besides. A pure function. Reasons and messages are the kubelet's.
public final class PodAdmission {
    private static final String OS = "kubernetes.io/os";
    private static final Set<String> ORDINARY = Set.of("cpu", "memory", "ephemeral-storage", "pods");

    private final Pod pod;
    private final Node node;
    private final List<Pod> others;
    private final Host host;

    private PodAdmission(Pod pod, Node node, List<Pod> others, Host host) {
        this.pod = pod;
        this.node = node;
        this.others = others;
        this.host = host;
    }

    /// @param others the Pods that the node has taken and that have not ended
    /// @return why the Pod is not taken; empty when it is
    public static Optional<Rejection> judge(Pod pod, Node node, List<Pod> others, Host host) {
        return new PodAdmission(pod, node, others, host).judge();
    }

    private Optional<Rejection> judge() {
        return operatingSystem()
                .or(this::groups)
                .or(this::resources)
                .or(this::placement)
                .or(this::sysctls)
                .or(this::appArmor);
    }

    private static Optional<Rejection> reject(String reason, String message) {
        return Optional.of(new Rejection(reason, message));
    }

    private static Optional<Rejection> predicate(String name, String why) {
        return reject(name, "Predicate " + name + " failed: " + why);
    }

    private Optional<Rejection> operatingSystem() {
        String wanted = pod.spec().nodeSelector().getOrDefault(OS, "");
        String has = node.metadata().labels().getOrDefault(OS, "linux");
        if (!wanted.isEmpty() && !wanted.equals(has))
            return reject(
                    "PodOSSelectorNodeLabelDoesNotMatch",
                    "Failed to admit pod as the `kubernetes.io/os` label doesn't match node label");
        String named = pod.spec().os().name();
        if (!named.isEmpty() && !named.equals("linux"))
            return reject("PodOSNotSupported", "Failed to admit pod as the OS field doesn't match node OS");
        return Optional.empty();
    }

    private Optional<Rejection> groups() {
        if (!pod.spec().securityContext().supplementalGroupsPolicy().equals("Strict")) return Optional.empty();
        return reject(
                "SupplementalGroupsPolicyNotSupported",
                "SupplementalGroupsPolicy=Strict is not supported in this node");
    }

    private Optional<Rejection> resources() {
        var allocatable = Resources.of(node.status().allocatable());
        var used = Resources.NONE;
        for (Pod other : others) used = used.plus(Resources.requestedBy(other));
        var requested = Resources.requestedBy(pod);
        if (others.size() + 1 > allocatable.get("pods"))
            return lacks("pods", 1, others.size(), allocatable.get("pods"));
        var names = new LinkedHashSet<>(List.of("cpu", "memory", "ephemeral-storage"));
        names.addAll(requested.amounts().keySet());
        for (String name : names) {
            long wanted = requested.get(name);
            // A resource that the node does not have at all is that of a device whose driver is not up yet.
            boolean unknown = !ORDINARY.contains(name) && !allocatable.amounts().containsKey(name);
            if (wanted > 0 && !unknown && wanted > allocatable.get(name) - used.get(name))
                return lacks(name, wanted, used.get(name), allocatable.get(name));
        }
        return Optional.empty();
    }

    private static Optional<Rejection> lacks(String resource, long requested, long used, long capacity) {
        return reject(
                "OutOf" + resource,
                "Node didn't have enough resource: %s, requested: %d, used: %d, capacity: %d"
                        .formatted(resource, requested, used, capacity));
    }

    private Optional<Rejection> placement() {
        PodSpec spec = pod.spec();
        if (!NodeSelectors.select(spec, node))
            return predicate("NodeAffinity", "node(s) didn't match Pod's node affinity/selector");
        var ports = HostPort.of(pod);
        boolean taken = others.stream()
                .flatMap(other -> HostPort.of(other).stream())
                .anyMatch(other -> ports.stream().anyMatch(other::clashesWith));
        if (taken) return predicate("NodePorts", "node(s) didn't have free ports for the requested pod ports");
        boolean tainted = node.spec().taints().stream()
                .filter(taint -> taint.effect().equals("NoExecute"))
                .anyMatch(taint -> !Tolerations.tolerate(spec.tolerations(), taint));
        return tainted
                ? predicate("TaintToleration", "node(s) had taints that the pod didn't tolerate")
                : Optional.empty();
    }

    private Optional<Rejection> sysctls() {
        return Sysctls.forbidden(pod.spec()).map(why -> new Rejection("SysctlForbidden", "forbidden sysctl: " + why));
    }

    private Optional<Rejection> appArmor() {
        if (host.appArmor() || profiles().allMatch(profile -> profile.type().equals("Unconfined")))
            return Optional.empty();
        return reject("AppArmor", "Cannot enforce AppArmor: AppArmor is not enabled on the host");
    }

    private Stream<AppArmorProfile> profiles() {
        return Stream.concat(
                pod.spec().securityContext().findAppArmorProfile().stream(),
                Containers.all(pod).flatMap(container -> container.securityContext().findAppArmorProfile().stream()));
    }
}
