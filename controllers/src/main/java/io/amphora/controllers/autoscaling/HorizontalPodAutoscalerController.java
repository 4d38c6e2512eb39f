package io.amphora.controllers.autoscaling;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.autoscaling.v2.CrossVersionObjectReference;
import io.amphora.api.autoscaling.v2.HorizontalPodAutoscaler;
import io.amphora.api.autoscaling.v2.HorizontalPodAutoscalers;
import io.amphora.api.autoscaling.v2.MetricSpec;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.PatchType;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Kindred;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.select.SelectorException;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Keeps the replicas of a workload between an autoscaler's bounds.
///
/// A new one is first looked at when a period has passed, as all are from then on.
///
/// No API of metrics is served here, as in a Kubernetes without metrics-server and adapters; what depends on them is
/// reported in the same words.
public final class HorizontalPodAutoscalerController implements Controller<HorizontalPodAutoscaler> {
    private static final Duration PERIOD = Duration.ofSeconds(15);

    @Override
    public String name() {
        return "horizontal-pod-autoscaler-controller";
    }

    @Override
    public String component() {
        return "horizontal-pod-autoscaler";
    }

    @Override
    public Watches<HorizontalPodAutoscaler> watches() {
        return Watches.of(HorizontalPodAutoscalers.DEFINITION)
                .onlyWhen((before, now) -> !before.spec().equals(now.spec()))
                .reads(Pods.DEFINITION);
    }

    @Override
    public Plan plan(HorizontalPodAutoscaler scaler, Seen seen, Instant now) {
        if (scaler.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        Instant first = scaler.metadata()
                .findCreationTimestamp()
                .map(created -> created.plus(PERIOD))
                .orElse(now);
        if (now.isBefore(first)) return Plan.lookAgainAt(first);
        Optional<Target<?>> kind = kindOf(scaler, seen);
        if (kind.isEmpty()) return unscalable(scaler, noMatch(scaler), now).andLookAgainAt(now.plus(PERIOD));
        var reads = new ArrayList<Action>();
        reads.add(scaleOf(scaler, kind.get()));
        var rivals = new ArrayList<HorizontalPodAutoscaler>();
        for (HorizontalPodAutoscaler other : seen.list(HorizontalPodAutoscalers.DEFINITION, scaler.namespace())) {
            Optional<Target<?>> its = kindOf(other, seen);
            if (other.uid().equals(scaler.uid()) || its.isEmpty()) continue;
            rivals.add(other);
            reads.add(scaleOf(other, its.get()));
        }
        return Plan.together(reads)
                .then(outcomes -> decide(scaler, kind.get(), outcomes, rivals, seen, now))
                .andLookAgainAt(now.plus(PERIOD));
    }

    /// What it scales may be of a kind that was defined a moment ago.
    @Override
    public boolean asksForKinds(HorizontalPodAutoscaler scaler) {
        return Kindred.BUILT_IN.find(targetKind(scaler)).isEmpty();
    }

    private static Optional<Target<?>> kindOf(HorizontalPodAutoscaler scaler, Seen seen) {
        return seen.kindred().find(targetKind(scaler));
    }

    private static GroupVersionKind targetKind(HorizontalPodAutoscaler scaler) {
        CrossVersionObjectReference target = scaler.spec().scaleTargetRef();
        return GroupVersionKind.of(target.apiVersion(), target.kind());
    }

    private static Action scaleOf(HorizontalPodAutoscaler scaler, Target<?> kind) {
        return new Action.Read(
                kind, scaler.namespace(), scaler.spec().scaleTargetRef().name(), "scale");
    }

    private static String noMatch(HorizontalPodAutoscaler scaler) {
        GroupVersionKind kind = targetKind(scaler);
        return "no matches for kind \"" + kind.kind() + "\" in group \"" + kind.group() + "\"";
    }

    private static Plan unscalable(HorizontalPodAutoscaler scaler, String why, Instant now) {
        String message = "the HPA controller was unable to get the target's current scale: " + why;
        var told = new Told(scaler, now).with("AbleToScale", false, "FailedGetScale", message);
        return Plan.of(Action.warning(scaler, "FailedGetScale", why)).then(told.written());
    }

    private static Plan decide(
            HorizontalPodAutoscaler scaler,
            Target<?> kind,
            List<Outcome> outcomes,
            List<HorizontalPodAutoscaler> rivals,
            Seen seen,
            Instant now) {
        Optional<ObjectTree> scale = outcomes.getFirst().findAnswer();
        if (scale.isEmpty()) {
            String why = outcomes.getFirst()
                    .findFailure()
                    .map(ApiException::getMessage)
                    .orElse("");
            return unscalable(scaler, why, now);
        }
        int current = (int) scale.get().object("spec").whole("replicas");
        int least = scaler.spec().findMinReplicas().orElse(1);
        int most = scaler.spec().maxReplicas();
        var told = new Told(scaler, now)
                .with(
                        "AbleToScale",
                        true,
                        "SucceededGetScale",
                        "the HPA controller was able to get the target's current scale");
        if (current == 0 && least != 0)
            return told.with(
                            "ScalingActive",
                            false,
                            "ScalingDisabled",
                            "scaling is disabled since the replica count of the target is zero")
                    .replicas(current, 0)
                    .written();
        if (current > most)
            return rescale(told, kind, current, most, "Current number of replicas above Spec.MaxReplicas");
        if (current < least)
            return rescale(told, kind, current, least, "Current number of replicas below Spec.MinReplicas");
        String selector = scale.get().object("status").text("selector");
        if (selector.isEmpty()) return unselectable(told.replicas(current, 0));
        List<String> ambiguous = others(selector, outcomes, rivals, scaler, seen);
        return ambiguous.isEmpty()
                ? unmeasurable(told.replicas(current, scaler.status().desiredReplicas()))
                : ambiguous(told.replicas(current, scaler.status().desiredReplicas()), selector, ambiguous);
    }

    private static Plan rescale(Told told, Target<?> kind, int current, int wanted, String why) {
        HorizontalPodAutoscaler scaler = told.scaler();
        ObjectTree patch = ObjectTree.of("spec", ObjectTree.of("replicas", wanted));
        var change = new Action.Patch(
                kind, scaler.namespace(), scaler.spec().scaleTargetRef().name(), PatchType.MERGE, patch, "scale");
        String size = "New size: " + wanted + "; reason: " + why;
        return Plan.of(change).then(outcomes -> {
            Optional<ApiException> failure = outcomes.getFirst().findFailure();
            if (failure.isPresent()) {
                String error = failure.get().getMessage();
                return Plan.of(Action.warning(scaler, "FailedRescale", size + "; error: " + error))
                        .then(told.with(
                                        "AbleToScale",
                                        false,
                                        "FailedUpdateScale",
                                        "the HPA controller was unable to update the target scale: " + error)
                                .replicas(current, scaler.status().desiredReplicas())
                                .written());
            }
            return Plan.of(Action.normal(scaler, "SuccessfulRescale", size))
                    .then(told.with(
                                    "AbleToScale",
                                    true,
                                    "SucceededRescale",
                                    "the HPA controller was able to update the target scale to " + wanted)
                            .replicas(current, wanted)
                            .rescaled()
                            .written());
        });
    }

    // ---- what has to be measured ----

    private static Plan unselectable(Told told) {
        String why = "the HPA target's scale is missing a selector";
        return Plan.of(
                        Action.warning(told.scaler(), "SelectorRequired", "selector is required"),
                        Action.warning(told.scaler(), "FailedComputeMetricsReplicas", "selector is required"))
                .then(told.with("ScalingActive", false, "InvalidSelector", why).written());
    }

    /// Others that scale some of the same Pods.
    private static List<String> others(
            String selector,
            List<Outcome> outcomes,
            List<HorizontalPodAutoscaler> rivals,
            HorizontalPodAutoscaler scaler,
            Seen seen) {
        List<Pod> pods = pods(selector, scaler, seen);
        var names = new ArrayList<String>();
        for (int i = 0; i < rivals.size(); i++) {
            String its = outcomes.get(i + 1)
                    .findAnswer()
                    .map(scale -> scale.object("status").text("selector"))
                    .orElse("");
            if (!its.isEmpty() && pods(its, scaler, seen).stream().anyMatch(pods::contains))
                names.add(scaler.namespace() + "/" + rivals.get(i).name());
        }
        if (!names.isEmpty()) names.add(scaler.namespace() + "/" + scaler.name());
        return names.stream().sorted().toList();
    }

    private static List<Pod> pods(String selector, HorizontalPodAutoscaler scaler, Seen seen) {
        try {
            return seen.list(Pods.DEFINITION, scaler.namespace(), LabelSelector.parse(selector));
        } catch (SelectorException malformed) {
            return List.of();
        }
    }

    private static Plan ambiguous(Told told, String selector, List<String> scalers) {
        String why = "pods by selector " + selector + " are controlled by multiple HPAs: [" + String.join(" ", scalers)
                + "]";
        return Plan.of(
                        Action.warning(told.scaler(), "AmbiguousSelector", why),
                        Action.warning(told.scaler(), "FailedComputeMetricsReplicas", why))
                .then(told.with("ScalingActive", false, "AmbiguousSelector", why)
                        .written());
    }

    private static Plan unmeasurable(Told told) {
        List<MetricSpec> metrics = told.scaler().spec().metrics();
        var events = new ArrayList<Action>();
        String firstReason = "";
        String firstWhy = "";
        for (MetricSpec metric : metrics) {
            var missing = MissingMetric.of(metric, told.scaler().namespace());
            events.add(Action.warning(told.scaler(), missing.reason(), missing.why()));
            if (!firstReason.isEmpty()) continue;
            firstReason = missing.reason();
            firstWhy = missing.why();
            told = told.with(
                    "ScalingActive",
                    false,
                    missing.reason(),
                    "the HPA was unable to compute the replica count: " + missing.why());
        }
        if (metrics.isEmpty()) return told.written();
        events.add(Action.warning(
                told.scaler(),
                "FailedComputeMetricsReplicas",
                "invalid metrics (" + metrics.size() + " invalid out of " + metrics.size() + "), first error is: "
                        + MissingMetric.of(metrics.getFirst(), told.scaler().namespace())
                                .value() + firstWhy));
        return Plan.together(events).then(told.unmeasured(metrics.size()).written());
    }
}
