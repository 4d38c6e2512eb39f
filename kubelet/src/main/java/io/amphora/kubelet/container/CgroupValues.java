package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodResources;
import io.amphora.kubelet.plan.Qos;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.runtime.Container.Resources;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Requests and limits as the kernel is told them.
public final class CgroupValues {
    private static final long SHARES_OF_A_CPU = 1024;
    private static final long LEAST_SHARES = 2;
    private static final long PERIOD_MICROS = 100_000;
    private static final long LEAST_QUOTA_MICROS = 1_000;

    private CgroupValues() {}

    /// @param memoryCapacity the node's, in bytes
    /// @param v2 the machine has cgroup v2: there all of a container is killed when it runs out of memory
    public static Resources of(Pod pod, Container container, long memoryCapacity, boolean v2) {
        var requests = container.resources().requests();
        var limits = container.resources().limits();
        var cpuLimit = parse(limits.get("cpu"));
        var cpuRequest = requests.containsKey("cpu") ? parse(requests.get("cpu")) : cpuLimit;
        long memoryLimit = parse(limits.get("memory")).value();
        return new Resources(
                shares(cpuRequest.milliValue()),
                quota(cpuLimit.milliValue()),
                cpuLimit.isZero() ? 0 : PERIOD_MICROS,
                memoryLimit,
                oomScore(pod, container, memoryCapacity),
                v2 && memoryLimit > 0 ? Map.of("memory.oom.group", "1") : Map.of());
    }

    /// Of the Pod as a whole: limits only where every container has one.
    public static Resources of(Pod pod) {
        var requests = PodResources.effectiveRequests(pod.spec());
        var limits = PodResources.effectiveLimits(pod.spec());
        boolean own = !pod.spec().resources().limits().isEmpty();
        long cpu = own || allLimit(pod, "cpu") ? amount(limits, "cpu").milliValue() : 0;
        long memory = own || allLimit(pod, "memory") ? amount(limits, "memory").value() : 0;
        return new Resources(
                shares(amount(requests, "cpu").milliValue()),
                quota(cpu),
                cpu == 0 ? 0 : PERIOD_MICROS,
                memory,
                0,
                Map.of());
    }

    /// `/kubepods/burstable/pod…`, as cgroupfs has it.
    public static String parent(String root, Pod pod) {
        return switch (Qos.of(pod)) {
            case GUARANTEED -> root + "/pod" + pod.uid();
            case BURSTABLE -> root + "/burstable/pod" + pod.uid();
            case BEST_EFFORT -> root + "/besteffort/pod" + pod.uid();
        };
    }

    private static boolean allLimit(Pod pod, String resource) {
        return pod.spec().containers().stream()
                .allMatch(one -> one.resources().limits().containsKey(resource));
    }

    private static long shares(long milliCpu) {
        return Math.max(LEAST_SHARES, milliCpu * SHARES_OF_A_CPU / 1000);
    }

    private static long quota(long milliCpu) {
        return milliCpu == 0 ? 0 : Math.max(LEAST_QUOTA_MICROS, milliCpu * PERIOD_MICROS / 1000);
    }

    /// Who is killed first when the node runs out of memory: the more a Burstable container asks for, the later.
    static long oomScore(Pod pod, Container container, long memoryCapacity) {
        if (pod.spec().priorityClassName().equals("system-node-critical")) return -997;
        return switch (Qos.of(pod)) {
            case GUARANTEED -> -997;
            case BEST_EFFORT -> 1000;
            case BURSTABLE -> {
                long request =
                        parse(container.resources().requests().get("memory")).value();
                long score = 1000 - (memoryCapacity == 0 ? 0 : (long) (1000.0 * request / memoryCapacity));
                yield Math.clamp(score, 3, 999);
            }
        };
    }

    private static Quantity amount(Map<String, Quantity> amounts, String resource) {
        return amounts.getOrDefault(resource, Quantity.ZERO);
    }

    private static Quantity parse(@Nullable String text) {
        return text == null ? Quantity.ZERO : Quantity.parse(text);
    }
}
