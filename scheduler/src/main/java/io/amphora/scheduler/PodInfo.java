package io.amphora.scheduler;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodAffinityTerm;
import io.amphora.api.placement.HostPort;
import io.amphora.api.placement.Resources;
import java.util.List;
import java.util.Map;

/// A Pod with what the plugins ask of it again and again, computed once.
public record PodInfo(
        Pod pod,
        Resources requests,
        Resources scoredRequests,
        List<HostPort> hostPorts,
        List<PodAffinityTerm> antiAffinity) {

    /// What a container without requests counts as when nodes are compared, so that a full node does not look
    /// empty.
    private static final Resources ASSUMED = new Resources(Map.of("cpu", 100L, "memory", 200L << 20));

    public static PodInfo of(Pod pod) {
        return new PodInfo(
                pod,
                Resources.requestedBy(pod),
                scored(pod),
                HostPort.of(pod),
                pod.spec().affinity().podAntiAffinity().requiredDuringSchedulingIgnoredDuringExecution());
    }

    private static Resources scored(Pod pod) {
        Resources sum = Resources.NONE;
        for (Container container : pod.spec().containers()) {
            Resources asked = Resources.of(container.resources().requests());
            for (String name : ASSUMED.amounts().keySet())
                if (!asked.amounts().containsKey(name))
                    asked = asked.plus(new Resources(Map.of(name, ASSUMED.get(name))));
            sum = sum.plus(asked);
        }
        return sum;
    }

    public String key() {
        return pod.namespace() + "/" + pod.name();
    }

    public int priority() {
        return pod.spec().priority();
    }

    public boolean isTerminating() {
        return pod.metadata().tree().has("deletionTimestamp");
    }
}
