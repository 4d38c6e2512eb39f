package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.quantity.Quantity;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A Pod's quality of service: who is squeezed first when the node runs short.
public enum Qos {
    GUARANTEED("Guaranteed"),
    BURSTABLE("Burstable"),
    BEST_EFFORT("BestEffort");

    private static final List<String> COUNTED = List.of("cpu", "memory");

    private final String wire;

    Qos(String wire) {
        this.wire = wire;
    }

    public String wire() {
        return wire;
    }

    /// Guaranteed if every container limits cpu and memory and requests just that; BestEffort if none asks for
    /// anything.
    public static Qos of(Pod pod) {
        var own = pod.spec().resources();
        if (!own.requests().isEmpty() || !own.limits().isEmpty()) return of(own.requests(), own.limits());
        var classes = Stream.concat(pod.spec().initContainers().stream(), pod.spec().containers().stream())
                .map(Qos::of)
                .distinct()
                .toList();
        return classes.size() == 1 ? classes.getFirst() : classes.isEmpty() ? BEST_EFFORT : BURSTABLE;
    }

    private static Qos of(Container container) {
        return of(container.resources().requests(), container.resources().limits());
    }

    private static Qos of(Map<String, String> requests, Map<String, String> limits) {
        boolean anything = false;
        boolean guaranteed = true;
        for (String resource : COUNTED) {
            var request = amount(requests, resource);
            var limit = amount(limits, resource);
            anything |= !request.isZero() || !limit.isZero();
            guaranteed &= !limit.isZero() && (request.isZero() || request.compareTo(limit) == 0);
        }
        return guaranteed ? GUARANTEED : anything ? BURSTABLE : BEST_EFFORT;
    }

    private static Quantity amount(Map<String, String> amounts, String resource) {
        String text = amounts.get(resource);
        return text == null ? Quantity.ZERO : Quantity.parse(text);
    }
}
