package io.amphora.api.core.v1;

import io.amphora.machinery.quantity.Quantity;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/// What a Pod's containers need together.
///
/// Containers and sidecars (init containers that restart always) run at the same time and add up; of the other
/// init
/// containers each runs alone beside the sidecars started before it, so only the largest counts.
///
/// ```
///   max( containers + all sidecars , for each init container: itself + sidecars before it ) + overhead
/// ```
public final class PodResources {
    private PodResources() {}

    /// Requests of the containers alone, without overhead and without what the Pod as a whole asks for.
    public static Map<String, Quantity> requests(PodSpec spec) {
        return aggregate(spec, container -> container.resources().requests());
    }

    /// Limits of the containers alone; a resource that only some containers limit is limited by the sum of those.
    public static Map<String, Quantity> limits(PodSpec spec) {
        return aggregate(spec, container -> container.resources().limits());
    }

    /// What the scheduler reserves and quotas count: the Pod's own requests where it has any, else its
    /// containers',
    /// plus
    /// the overhead of its runtime.
    public static Map<String, Quantity> effectiveRequests(PodSpec spec) {
        Map<String, Quantity> requests = requests(spec);
        spec.resources().requests().forEach((name, text) -> requests.put(name, Quantity.parse(text)));
        add(requests, spec.overhead());
        return requests;
    }

    /// Limits likewise; overhead counts only where there is a limit.
    public static Map<String, Quantity> effectiveLimits(PodSpec spec) {
        Map<String, Quantity> limits = limits(spec);
        spec.resources().limits().forEach((name, text) -> limits.put(name, Quantity.parse(text)));
        spec.overhead().forEach((name, text) -> {
            Quantity limit = limits.get(name);
            if (limit != null && !limit.isZero()) limits.put(name, limit.add(Quantity.parse(text)));
        });
        return limits;
    }

    private static Map<String, Quantity> aggregate(PodSpec spec, Function<Container, Map<String, String>> of) {
        var running = new TreeMap<String, Quantity>();
        for (Container container : spec.containers()) add(running, of.apply(container));
        var sidecars = new TreeMap<String, Quantity>();
        var starting = new TreeMap<String, Quantity>();
        for (Container container : spec.initContainers()) {
            Map<String, String> own = of.apply(container);
            if (isSidecar(container)) {
                add(running, own);
                add(sidecars, own);
                most(starting, sidecars);
            } else {
                var together = new TreeMap<>(sidecars);
                add(together, own);
                most(starting, together);
            }
        }
        most(running, starting);
        return running;
    }

    /// Whether an init container keeps running beside the containers (KEP-753).
    public static boolean isSidecar(Container container) {
        return container.restartPolicy().equals("Always");
    }

    private static void add(Map<String, Quantity> sum, Map<String, String> more) {
        more.forEach((name, text) -> sum.merge(name, Quantity.parse(text), Quantity::add));
    }

    private static void most(Map<String, Quantity> most, Map<String, Quantity> other) {
        other.forEach((name, quantity) -> most.merge(name, quantity, Quantity::max));
    }
}
