package io.amphora.controllers.pod;

import io.amphora.api.Views;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.PatchType;
import io.amphora.controllers.Action;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;

/// Says on a Pod that the cluster took it away, not its own failure (KEP-3329).
public final class Disruption {
    private Disruption() {}

    public static Action mark(Pod pod, String reason, String message, Instant now) {
        return patch(pod, ObjectTree.of("conditions", ListTree.of(condition(pod, reason, message, now))));
    }

    /// Marks it, and lets it be failed if it has not finished: nobody else will say so.
    public static Action markFailed(Pod pod, String reason, String message, Instant now) {
        var status = ObjectTree.of("conditions", ListTree.of(condition(pod, reason, message, now)));
        if (!PodFacts.isFinished(pod))
            status = status.with("phase", "Failed")
                    .with("observedGeneration", pod.metadata().generation());
        return patch(pod, status);
    }

    private static ObjectTree condition(Pod pod, String reason, String message, Instant now) {
        return ObjectTree.of(
                "type",
                "DisruptionTarget",
                "status",
                "True",
                "reason",
                reason,
                "message",
                message,
                "observedGeneration",
                pod.metadata().generation(),
                "lastTransitionTime",
                Views.tree(now));
    }

    private static Action patch(Pod pod, ObjectTree status) {
        var patch = ObjectTree.of("metadata", ObjectTree.of("uid", pod.uid()), "status", status);
        return Action.patchStatus(Pods.DEFINITION, pod, PatchType.STRATEGIC, patch);
    }
}
