package io.amphora.api.placement;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.quantity.Quantity;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongBinaryOperator;

/// Amounts by resource name: `cpu` in thousandths of a core, everything else in units (bytes, devices, Pods).
public record Resources(Map<String, Long> amounts) {
    public static final Resources NONE = new Resources(Map.of());

    public static Resources of(Map<String, String> quantities) {
        if (quantities.isEmpty()) return NONE;
        var amounts = new TreeMap<String, Long>();
        quantities.forEach((name, text) -> {
            Quantity quantity = Quantity.parse(text);
            amounts.put(name, name.equals("cpu") ? quantity.milliValue() : quantity.value());
        });
        return new Resources(amounts);
    }

    /// What a Pod asks of a node (KEP-753 for restartable init containers, KEP-2837 for the Pod's own
    /// resources): the
    /// sum of what runs together, or the peak while it starts, whichever is more, and the overhead.
    public static Resources requestedBy(Pod pod) {
        Resources running = NONE;
        for (Container container : pod.spec().containers()) running = running.plus(requestedBy(container));
        Resources sidecars = NONE;
        Resources peak = NONE;
        for (Container container : pod.spec().initContainers()) {
            if (container.restartPolicy().equals("Always")) {
                sidecars = sidecars.plus(requestedBy(container));
                peak = peak.max(sidecars);
            } else {
                peak = peak.max(sidecars.plus(requestedBy(container)));
            }
        }
        Resources requested = running.plus(sidecars).max(peak);
        Resources whole = of(pod.spec().resources().requests());
        return requested.overriddenBy(whole).plus(of(pod.spec().overhead()));
    }

    private static Resources requestedBy(Container container) {
        return of(container.resources().requests());
    }

    public long get(String name) {
        return amounts.getOrDefault(name, 0L);
    }

    public Resources plus(Resources more) {
        return combine(more, Long::sum);
    }

    public Resources minus(Resources less) {
        return combine(less, (mine, theirs) -> mine - theirs);
    }

    public Resources max(Resources other) {
        return combine(other, Math::max);
    }

    private Resources overriddenBy(Resources other) {
        return combine(other, (mine, theirs) -> theirs);
    }

    private Resources combine(Resources other, LongBinaryOperator operation) {
        if (other.amounts.isEmpty()) return this;
        var combined = new TreeMap<>(amounts);
        other.amounts.forEach(
                (name, amount) -> combined.put(name, operation.applyAsLong(combined.getOrDefault(name, 0L), amount)));
        return new Resources(combined);
    }
}
