package io.amphora.api.autoscaling.v2;

import io.amphora.api.Cells;
import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.References;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Sets how many Pods a workload has by what they have to do.
public final class HorizontalPodAutoscalers {
    public static final ResourceDefinition<HorizontalPodAutoscaler> DEFINITION = ResourceDefinition.of(
                    "autoscaling/v2", "HorizontalPodAutoscaler", HorizontalPodAutoscaler::of)
            .shortNames("hpa")
            .categories("all")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<HorizontalPodAutoscaler>builder()
                    .name()
                    .text("Reference", "What it scales.", HorizontalPodAutoscalers::reference)
                    .text("Targets", "What it measures and what that should be.", MetricCells::targets)
                    .text("MinPods", "The fewest Pods.", HorizontalPodAutoscalers::least)
                    .text("MaxPods", "The most Pods.", scaler -> scaler.spec().maxReplicas())
                    .text(
                            "Replicas",
                            "How many there are.",
                            scaler -> scaler.status().currentReplicas())
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");
    private static final int CPU_PERCENT = 80;

    private static final ListTree CPU = ListTree.of(ObjectTree.of(
            "type",
            "Resource",
            "resource",
            ObjectTree.of(
                    "name", "cpu", "target", ObjectTree.of("type", "Utilization", "averageUtilization", CPU_PERCENT))));

    private static final ListTree UP = ListTree.of(policy("Pods", 4), policy("Percent", 100));
    private static final ListTree DOWN = ListTree.of(policy("Percent", 100));

    private HorizontalPodAutoscalers() {}

    private static ObjectTree policy(String type, int value) {
        return ObjectTree.of("type", type, "value", value, "periodSeconds", 15);
    }

    private static String reference(HorizontalPodAutoscaler scaler) {
        var target = scaler.spec().scaleTargetRef();
        return target.kind() + "/" + target.name();
    }

    private static String least(HorizontalPodAutoscaler scaler) {
        var least = scaler.spec().findMinReplicas();
        return least.isPresent() ? Integer.toString(least.getAsInt()) : Cells.UNSET;
    }

    /// The defaults of the stored form, also for what came in as v1.
    public static ObjectTree defaults(ObjectTree scaler) {
        return Defaults.inNew(scaler, "spec", spec -> {
            ObjectTree tree = Defaults.absent(spec, "minReplicas", 1);
            if (tree.list("metrics").isEmpty()) tree = tree.with("metrics", CPU);
            return Defaults.in(tree, "behavior", HorizontalPodAutoscalers::behavior);
        });
    }

    /// Up at once and by as much as is needed; down all the way, but no faster than the measures of the last
    /// minutes
    /// allow.
    private static ObjectTree behavior(ObjectTree behavior) {
        ObjectTree tree = Defaults.inNew(
                behavior, "scaleUp", rules -> rules(Defaults.absent(rules, "stabilizationWindowSeconds", 0), UP));
        return Defaults.inNew(tree, "scaleDown", rules -> rules(rules, DOWN));
    }

    private static ObjectTree rules(ObjectTree rules, ListTree policies) {
        return Defaults.absent(Defaults.absent(rules, "selectPolicy", "Max"), "policies", policies);
    }

    private static final class Rules extends SpecAndStatus<HorizontalPodAutoscaler> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        private static final int WINDOW = 3600;
        private static final int PERIOD = 1800;

        Rules() {
            super(HorizontalPodAutoscaler::of);
        }

        @Override
        public HorizontalPodAutoscaler withDefaults(HorizontalPodAutoscaler scaler) {
            return HorizontalPodAutoscaler.of(defaults(scaler.tree()));
        }

        @Override
        public void validate(HorizontalPodAutoscaler scaler, FieldErrors errors) {
            check(scaler.spec(), true, true, errors);
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        /// A target of a version that could be written once stays, and so do the objects that are measured.
        @Override
        public void validateUpdate(
                HorizontalPodAutoscaler updated, HorizontalPodAutoscaler stored, FieldErrors errors) {
            var target = updated.spec().scaleTargetRef();
            var before = stored.spec().scaleTargetRef();
            boolean changed = !target.apiVersion().equals(before.apiVersion())
                    || !target.kind().equals(before.kind());
            boolean measured = stored.spec().metrics().stream()
                    .allMatch(metric ->
                            isVersion(metric.object().describedObject().apiVersion()));
            check(updated.spec(), changed, measured, errors);
        }

        private static void check(
                HorizontalPodAutoscalerSpec spec, boolean checkTarget, boolean checkMeasured, FieldErrors errors) {
            int least = spec.minReplicas();
            int most = spec.maxReplicas();
            if (least < 1) errors.invalid(SPEC.child("minReplicas"), least, "must be greater than or equal to 1");
            Checks.positive(most, SPEC.child("maxReplicas"), errors);
            if (most < least)
                errors.invalid(SPEC.child("maxReplicas"), most, "must be greater than or equal to `minReplicas`");
            target(spec.scaleTargetRef(), SPEC.child("scaleTargetRef"), errors);
            if (checkTarget) version(spec.scaleTargetRef(), SPEC.child("scaleTargetRef"), errors);
            Metrics.validate(spec.metrics(), checkMeasured, SPEC.child("metrics"), errors);
            boolean counted = spec.metrics().stream()
                    .anyMatch(metric ->
                            metric.type().equals("Object") || metric.type().equals("External"));
            if (least == 0 && !counted)
                errors.forbidden(
                        SPEC.child("metrics"),
                        "must specify at least one Object or External metric to support scaling to zero replicas");
            var behavior = spec.behavior();
            FieldPath at = SPEC.child("behavior");
            behavior.findScaleUp().ifPresent(rules -> rules(rules, at.child("scaleUp"), errors));
            behavior.findScaleDown().ifPresent(rules -> rules(rules, at.child("scaleDown"), errors));
        }

        /// Only one kind of the core group can be scaled.
        private static void version(CrossVersionObjectReference target, FieldPath at, FieldErrors errors) {
            String version = target.apiVersion();
            boolean grouped = version.indexOf('/') > 0 || target.kind().equals("ReplicationController");
            if (!isVersion(version)) malformed(version, at.child("apiVersion"), errors);
            else if (!grouped) errors.invalid(at.child("apiVersion"), version, "apiVersion must specify API group");
        }

        private static void rules(HPAScalingRules rules, FieldPath at, FieldErrors errors) {
            int window = rules.stabilizationWindowSeconds();
            FieldPath seconds = at.child("stabilizationWindowSeconds");
            if (window < 0) errors.invalid(seconds, window, "must be greater than or equal to zero");
            if (window > WINDOW) errors.invalid(seconds, window, "must be less than or equal to " + WINDOW);
            Checks.supported(rules.selectPolicy(), List.of("Disabled", "Max", "Min"), at.child("selectPolicy"), errors);
            FieldPath list = at.child("policies");
            if (rules.policies().isEmpty()) errors.required(list, "must specify at least one Policy");
            for (int i = 0; i < rules.policies().size(); i++)
                policy(rules.policies().get(i), list.index(i), errors);
            rules.findTolerance()
                    .filter(tolerance -> Quantity.parse(tolerance).sign() < 0)
                    .ifPresent(tolerance ->
                            errors.invalid(at.child("tolerance"), tolerance, "must be greater or equal to zero"));
        }

        private static void policy(HPAScalingPolicy policy, FieldPath at, FieldErrors errors) {
            Checks.supported(policy.type(), List.of("Percent", "Pods"), at.child("type"), errors);
            if (policy.value() <= 0) errors.invalid(at.child("value"), policy.value(), "must be greater than zero");
            int period = policy.periodSeconds();
            if (period <= 0) errors.invalid(at.child("periodSeconds"), period, "must be greater than zero");
            if (period > PERIOD)
                errors.invalid(at.child("periodSeconds"), period, "must be less than or equal to " + PERIOD);
        }

        @Override
        public void validateUpdate(
                String subresource,
                HorizontalPodAutoscaler updated,
                HorizontalPodAutoscaler stored,
                FieldErrors errors) {
            var status = updated.status();
            Checks.notNegative(status.currentReplicas(), STATUS.child("currentReplicas"), errors);
            Checks.notNegative(status.desiredReplicas(), STATUS.child("desiredReplicas"), errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }

    private static boolean isVersion(String version) {
        return version.indexOf('/') == version.lastIndexOf('/');
    }

    private static void malformed(String version, FieldPath at, FieldErrors errors) {
        errors.invalid(at, version, "unexpected GroupVersion string: " + version);
    }

    /// An object that is measured, of any group or none.
    static void measured(CrossVersionObjectReference object, boolean checkVersion, FieldPath at, FieldErrors errors) {
        target(object, at, errors);
        if (checkVersion && !isVersion(object.apiVersion()))
            malformed(object.apiVersion(), at.child("apiVersion"), errors);
    }

    /// A reference to an object of whatever kind.
    static void target(CrossVersionObjectReference target, FieldPath at, FieldErrors errors) {
        References.segment(target.kind(), at.child("kind"), errors);
        References.segment(target.name(), at.child("name"), errors);
    }
}
