package io.amphora.controllers.batch;

import io.amphora.api.batch.v1.Job;
import io.amphora.api.batch.v1.PodFailurePolicyOnExitCodesRequirement;
import io.amphora.api.batch.v1.PodFailurePolicyOnPodConditionsPattern;
import io.amphora.api.batch.v1.PodFailurePolicyRule;
import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.PodCondition;
import java.util.List;
import java.util.stream.Stream;

/// What a Job's podFailurePolicy (KEP-3329) says of a failed Pod.
///
/// @param action `FailJob`, `FailIndex`, `Ignore`, `Count`
/// @param message why, for `FailJob`
record FailurePolicy(String action, String message) {
    private static final FailurePolicy COUNT = new FailurePolicy("Count", "");

    /// By the first rule that matches.
    static FailurePolicy of(Job job, Pod pod) {
        if (!pod.status().phase().equals("Failed")) return COUNT;
        List<PodFailurePolicyRule> rules = job.spec().podFailurePolicy().rules();
        for (int i = 0; i < rules.size(); i++) {
            String match = match(rules.get(i), pod);
            if (!match.isEmpty())
                return new FailurePolicy(
                        rules.get(i).action(),
                        match + " matching " + rules.get(i).action() + " rule at index " + i);
        }
        return COUNT;
    }

    private static String match(PodFailurePolicyRule rule, Pod pod) {
        if (rule.findOnExitCodes().isPresent()) return matchExitCodes(rule.onExitCodes(), pod);
        for (PodFailurePolicyOnPodConditionsPattern pattern : rule.onPodConditions())
            for (PodCondition condition : pod.status().conditions())
                if (condition.type().equals(pattern.type())
                        && condition.status().equals(wanted(pattern)))
                    return "Pod " + pod.namespace() + "/" + pod.name() + " has condition " + condition.type();
        return "";
    }

    private static String wanted(PodFailurePolicyOnPodConditionsPattern pattern) {
        return pattern.status().isEmpty() ? "True" : pattern.status();
    }

    private static String matchExitCodes(PodFailurePolicyOnExitCodesRequirement codes, Pod pod) {
        return Stream.concat(pod.status().initContainerStatuses().stream(), pod.status().containerStatuses().stream())
                .filter(status ->
                        codes.containerName().isEmpty() || codes.containerName().equals(status.name()))
                .filter(status -> status.state().findTerminated().isPresent() && exitCode(status) != 0)
                .filter(status -> codes.values().contains(exitCode(status))
                        == codes.operator().equals("In"))
                .findFirst()
                .map(status -> "Container " + status.name() + " for pod " + pod.namespace() + "/" + pod.name()
                        + " failed with exit code " + exitCode(status))
                .orElse("");
    }

    private static int exitCode(ContainerStatus status) {
        return status.state().terminated().exitCode();
    }
}
