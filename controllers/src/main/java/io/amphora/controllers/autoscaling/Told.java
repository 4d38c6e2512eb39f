package io.amphora.controllers.autoscaling;

import io.amphora.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.amphora.api.autoscaling.v2.HorizontalPodAutoscalerCondition;
import io.amphora.api.autoscaling.v2.HorizontalPodAutoscalerStatus;
import io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers;
import io.amphora.api.autoscaling.v2.MetricStatus;
import io.amphora.controllers.Action;
import io.amphora.controllers.Plan;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;

/// An autoscaler's status as it is going to be. Immutable.
record Told(HorizontalPodAutoscaler scaler, HorizontalPodAutoscalerStatus status, Instant now) {

    Told(HorizontalPodAutoscaler scaler, Instant now) {
        this(scaler, scaler.status(), now);
    }

    private Told with(HorizontalPodAutoscalerStatus changed) {
        return new Told(scaler, changed, now);
    }

    /// One condition more, or another one in its place; its time changes with its status.
    Told with(String type, boolean is, String reason, String message) {
        var conditions = new ArrayList<>(status.conditions());
        var condition = HorizontalPodAutoscalerCondition.EMPTY
                .withType(type)
                .withStatus(is ? "True" : "False")
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(now);
        for (int i = 0; i < conditions.size(); i++) {
            HorizontalPodAutoscalerCondition old = conditions.get(i);
            if (!old.type().equals(type)) continue;
            boolean same = old.status().equals(condition.status());
            conditions.set(
                    i,
                    same
                            ? condition.withLastTransitionTime(
                                    old.findLastTransitionTime().orElse(now))
                            : condition);
            return with(status.withConditions(conditions));
        }
        conditions.add(condition);
        return with(status.withConditions(conditions));
    }

    Told replicas(int current, int desired) {
        return with(status.withCurrentReplicas(current).withDesiredReplicas(desired));
    }

    Told rescaled() {
        return with(status.withLastScaleTime(now));
    }

    /// So many metrics, and nothing known of any.
    Told unmeasured(int metrics) {
        var unknown = new MetricStatus(ObjectTree.of("type", ""));
        return with(status.withCurrentMetrics(Collections.nCopies(metrics, unknown)));
    }

    Plan written() {
        return status.equals(scaler.status())
                ? Plan.NOTHING
                : Plan.of(Action.updateStatus(HorizontalPodAutoscalers.DEFINITION, scaler.withStatus(status)));
    }
}
