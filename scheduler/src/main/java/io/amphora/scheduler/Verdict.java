package io.amphora.scheduler;

import java.util.List;

/// What a filter says of a Pod and a node.
public sealed interface Verdict {
    Verdict FITS = new Fits();

    record Fits() implements Verdict {}

    /// No; the reasons are shown to the user, counted over the nodes.
    ///
    /// @param resolvable whether evicting Pods from the node could change the verdict
    record Unfit(List<String> reasons, boolean resolvable) implements Verdict {}

    /// The node would fit if Pods of lower priority made room.
    static Verdict occupied(String reason) {
        return new Unfit(List.of(reason), true);
    }

    /// Nothing that preemption does makes the node fit.
    static Verdict unsuitable(String reason) {
        return new Unfit(List.of(reason), false);
    }
}
