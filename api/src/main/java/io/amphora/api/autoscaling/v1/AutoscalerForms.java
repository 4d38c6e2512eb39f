package io.amphora.api.autoscaling.v1;

import static io.amphora.api.autoscaling.v1.OrderedJson.object;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// One autoscaler in the forms of v1 and v2. v1 knows only a target of cpu utilization; everything else travels
/// in
/// annotations, so that a client of v1 that writes back what it read loses nothing:
///
/// ```
///   autoscaling.alpha.kubernetes.io/metrics           metrics besides cpu, fields of v2beta1
///   autoscaling.alpha.kubernetes.io/behavior          spec.behavior, fields capitalised
///   autoscaling.alpha.kubernetes.io/current-metrics   status.currentMetrics
///   autoscaling.alpha.kubernetes.io/conditions        status.conditions
/// ```
final class AutoscalerForms {
    private static final String PREFIX = "autoscaling.alpha.kubernetes.io/";
    static final String METRICS = PREFIX + "metrics";
    private static final String BEHAVIOR = PREFIX + "behavior";
    private static final String CURRENT_METRICS = PREFIX + "current-metrics";
    private static final String CONDITIONS = PREFIX + "conditions";
    static final String TARGET = "targetCPUUtilizationPercentage";
    private static final String CURRENT = "currentCPUUtilizationPercentage";
    static final long DEFAULT_CPU_PERCENT = 80;

    private AutoscalerForms() {}

    static ObjectTree toV2(ObjectTree v1) {
        ObjectTree annotations = v1.object("metadata").object("annotations");
        ObjectTree spec = v1.object("spec");
        ObjectTree status = v1.object("status");

        var metrics = new ArrayList<Tree>();
        for (Tree metric : parsed(annotations, METRICS).list()) metrics.add(OldMetrics.specToV2(metric.object()));
        if (spec.has(TARGET)) metrics.add(cpuTarget(spec.whole(TARGET)));
        else if (metrics.isEmpty() && v1.has("spec")) metrics.add(cpuTarget(DEFAULT_CPU_PERCENT));
        ObjectTree v2spec = spec.without(TARGET);
        if (!metrics.isEmpty()) v2spec = v2spec.with("metrics", new ListTree(metrics));
        ObjectTree behavior = behaviorToV2(parsed(annotations, BEHAVIOR).object());
        if (!behavior.isEmpty()) v2spec = v2spec.with("behavior", behavior);

        var current = new ArrayList<Tree>();
        for (Tree metric : parsed(annotations, CURRENT_METRICS).list())
            current.add(OldMetrics.statusToV2(metric.object()));
        if (status.has(CURRENT)) current.add(cpuCurrent(status.whole(CURRENT)));
        ObjectTree v2status = status.without(CURRENT);
        if (!current.isEmpty()) v2status = v2status.with("currentMetrics", new ListTree(current));
        ListTree conditions = parsed(annotations, CONDITIONS).list();
        if (!conditions.isEmpty()) v2status = v2status.with("conditions", conditions);

        ObjectTree v2 = withoutAnnotations(v1).with("apiVersion", "autoscaling/v2");
        if (v1.has("spec")) v2 = v2.with("spec", v2spec);
        return v1.has("status") || !v2status.isEmpty() ? v2.with("status", v2status) : v2;
    }

    static ObjectTree fromV2(ObjectTree v2) {
        ObjectTree spec = v2.object("spec");
        ObjectTree status = v2.object("status");
        ObjectTree v1spec = spec.without("metrics").without("behavior");
        ObjectTree v1status = status.without("currentMetrics").without("conditions");
        var annotations = v2.object("metadata").object("annotations").toBuilder();
        boolean annotated = false;

        var others = new ArrayList<String>();
        for (Tree item : spec.list("metrics")) {
            ObjectTree metric = item.object();
            ObjectTree target = metric.object("resource").object("target");
            if (isCpu(metric) && target.has("averageUtilization"))
                v1spec = v1spec.with(TARGET, target.whole("averageUtilization"));
            else others.add(OldMetrics.specFromV2(metric));
        }
        if (!others.isEmpty()) {
            annotations.put(METRICS, OrderedJson.list(others));
            annotated = true;
        }
        if (spec.find("behavior") instanceof ObjectTree behavior) {
            annotations.put(BEHAVIOR, behaviorFromV2(behavior));
            annotated = true;
        }

        var currents = new ArrayList<String>();
        for (Tree item : status.list("currentMetrics")) {
            ObjectTree metric = item.object();
            ObjectTree current = metric.object("resource").object("current");
            if (isCpu(metric) && current.has("averageUtilization"))
                v1status = v1status.with(CURRENT, current.whole("averageUtilization"));
            currents.add(OldMetrics.statusFromV2(metric));
        }
        if (!currents.isEmpty()) {
            annotations.put(CURRENT_METRICS, OrderedJson.list(currents));
            annotated = true;
        }
        ListTree conditions = status.list("conditions");
        if (!conditions.isEmpty()) {
            annotations.put(
                    CONDITIONS,
                    OrderedJson.list(
                            conditions.stream().map(AutoscalerForms::condition).toList()));
            annotated = true;
        }

        ObjectTree v1 = v2.with("apiVersion", "autoscaling/v1");
        if (v2.has("spec")) v1 = v1.with("spec", v1spec);
        if (v2.has("status")) v1 = v1.with("status", v1status);
        return annotated ? v1.withAt(annotations.build(), "metadata", "annotations") : v1;
    }

    private static boolean isCpu(ObjectTree metric) {
        return metric.text("type").equals("Resource")
                && metric.object("resource").text("name").equals("cpu");
    }

    private static ObjectTree cpuTarget(long percent) {
        return cpu("target", ObjectTree.of("type", "Utilization", "averageUtilization", percent));
    }

    private static ObjectTree cpuCurrent(long percent) {
        return cpu("current", ObjectTree.of("averageUtilization", percent));
    }

    private static ObjectTree cpu(String name, ObjectTree value) {
        return ObjectTree.of("type", "Resource", "resource", ObjectTree.of("name", "cpu", name, value));
    }

    /// What an annotation holds; nothing when it is absent or no JSON, as a broken one must not make the object
    /// unreadable.
    private static Tree parsed(ObjectTree annotations, String name) {
        String text = annotations.text(name);
        if (text.isEmpty()) return Tree.NULL;
        try {
            return Json.read(text);
        } catch (JsonSyntaxException unreadable) {
            return Tree.NULL;
        }
    }

    private static ObjectTree withoutAnnotations(ObjectTree object) {
        ObjectTree annotations = object.object("metadata").object("annotations");
        ObjectTree kept = annotations;
        for (String name : List.of(METRICS, BEHAVIOR, CURRENT_METRICS, CONDITIONS)) kept = kept.without(name);
        if (kept == annotations) return object;
        return kept.isEmpty()
                ? object.withoutAt("metadata", "annotations")
                : object.withAt(kept, "metadata", "annotations");
    }

    // Behaviour: the annotation spells the fields with capitals
    // --------------------------------------------------------

    private static ObjectTree behaviorToV2(ObjectTree behavior) {
        var result = ObjectTree.builder();
        for (String direction : List.of("ScaleUp", "ScaleDown"))
            if (field(behavior, direction) instanceof ObjectTree rules) result.put(lower(direction), lowered(rules));
        return result.build();
    }

    private static Tree lowered(Tree tree) {
        return switch (tree) {
            case ObjectTree object -> {
                var result = ObjectTree.builder();
                for (var entry : object)
                    if (!entry.getValue().isNull()) result.put(lower(entry.getKey()), lowered(entry.getValue()));
                yield result.build();
            }
            case ListTree list -> list.map(AutoscalerForms::lowered);
            default -> tree;
        };
    }

    private static Tree field(ObjectTree object, String capital) {
        return object.has(capital) ? object.get(capital) : object.get(lower(capital));
    }

    private static String lower(String name) {
        return Character.toLowerCase(name.charAt(0)) + name.substring(1);
    }

    private static String behaviorFromV2(ObjectTree behavior) {
        return object().put("ScaleUp", rules(behavior.get("scaleUp")))
                .put("ScaleDown", rules(behavior.get("scaleDown")))
                .text();
    }

    private static String rules(Tree tree) {
        if (!(tree instanceof ObjectTree rules)) return "null";
        var policies = rules.list("policies").stream()
                .map(Tree::object)
                .map(policy -> object().put("Type", policy.get("type"))
                        .put("Value", policy.get("value"))
                        .put("PeriodSeconds", policy.get("periodSeconds"))
                        .text())
                .toList();
        return object().put("StabilizationWindowSeconds", rules.get("stabilizationWindowSeconds"))
                .put("SelectPolicy", rules.get("selectPolicy"))
                .put("Policies", rules.has("policies") ? OrderedJson.list(policies) : "null")
                .put("Tolerance", rules.get("tolerance"))
                .text();
    }

    private static String condition(Tree tree) {
        ObjectTree condition = tree.object();
        return object().put("type", condition.get("type"))
                .put("status", condition.get("status"))
                .put("lastTransitionTime", condition.get("lastTransitionTime"))
                .putPresent("reason", condition.get("reason"))
                .putPresent("message", condition.get("message"))
                .text();
    }
}
