package io.amphora.api.core.v1;

import io.amphora.machinery.quantity.Quantity;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The class of a Pod that decides who is evicted first when a node runs out: `Guaranteed` when all cpu and
/// memory is
/// limited and asked for alike, `BestEffort` when none is asked for, else `Burstable`.
public final class PodQos {
    private static final List<String> COMPUTE = List.of("cpu", "memory");

    private PodQos() {}

    public static String of(PodSpec spec) {
        var requests = new HashMap<String, Quantity>();
        var limits = new HashMap<String, Quantity>();
        boolean allLimited = true;
        for (ResourceRequirements resources : counted(spec)) {
            add(requests, resources.requests());
            allLimited &= add(limits, resources.limits()) == COMPUTE.size();
        }
        if (requests.isEmpty() && limits.isEmpty()) return "BestEffort";
        return allLimited && requests.equals(limits) ? "Guaranteed" : "Burstable";
    }

    /// The Pod's own resources where it has some, else those of each container.
    private static List<ResourceRequirements> counted(PodSpec spec) {
        ResourceRequirements own = spec.resources();
        if (!own.requests().isEmpty() || !own.limits().isEmpty()) return List.of(own);
        var all = new ArrayList<ResourceRequirements>();
        for (Container container : spec.containers()) all.add(container.resources());
        for (Container container : spec.initContainers()) all.add(container.resources());
        return all;
    }

    private static int add(Map<String, Quantity> sum, Map<String, String> resources) {
        int found = 0;
        for (String name : COMPUTE) {
            String text = resources.get(name);
            if (text == null) continue;
            Quantity quantity = Quantity.parse(text);
            if (quantity.sign() <= 0) continue;
            sum.merge(name, quantity, Quantity::add);
            found++;
        }
        return found;
    }
}
