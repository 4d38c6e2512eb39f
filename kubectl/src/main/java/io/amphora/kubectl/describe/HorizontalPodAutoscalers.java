package io.amphora.kubectl.describe;

import io.amphora.kubectl.Selection.Found;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// A HorizontalPodAutoscaler: what it measures and how it behaves.
final class HorizontalPodAutoscalers implements Describer {
    @Override
    public void describe(Found found, Page page, Look look) {
        ObjectTree spec = found.object().object("spec");
        ObjectTree status = found.object().object("status");
        ObjectTree target = spec.object("scaleTargetRef");
        Describer.head(found, page);
        page.field(
                "CreationTimestamp", Page.time(found.object().object("metadata").text("creationTimestamp")));
        page.field("Reference", target.text("kind") + "/" + target.text("name"));
        page.line("Metrics:\t( current / target )");
        int number = 0;
        for (Tree each : spec.list("metrics")) metric(page, each.object(), status.list("currentMetrics"), number++);
        page.field("Min replicas", spec.has("minReplicas") ? Long.toString(spec.whole("minReplicas")) : "<unset>");
        page.field("Max replicas", spec.whole("maxReplicas"));
        ObjectTree behavior = spec.object("behavior");
        if (!behavior.isEmpty()) {
            page.line("Behavior:");
            direction(page, "Scale Up", behavior.object("scaleUp"));
            direction(page, "Scale Down", behavior.object("scaleDown"));
        }
        page.field(
                target.text("kind") + " pods",
                status.whole("currentReplicas") + " current / " + status.whole("desiredReplicas") + " desired");
        if (!status.list("conditions").isEmpty()) {
            page.line("Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------");
            for (Tree each : status.list("conditions")) {
                ObjectTree condition = each.object();
                page.line(
                        1,
                        condition.text("type") + "\t" + condition.text("status") + "\t" + condition.text("reason")
                                + "\t" + condition.text("message"));
            }
        }
        look.events(found, page);
    }

    private static void metric(Page page, ObjectTree metric, ListTree current, int number) {
        String type = metric.text("type");
        String key = type.isEmpty() ? "" : type.substring(0, 1).toLowerCase(java.util.Locale.ROOT) + type.substring(1);
        ObjectTree source = metric.object(key);
        ObjectTree now = number < current.size()
                ? current.get(number).object().object(key).object("current")
                : ObjectTree.EMPTY;
        ObjectTree target = source.object("target");
        boolean average = target.has("averageValue");
        String value = average ? text(now, "averageValue") : text(now, "value");
        String goal = Page.text(average ? target.get("averageValue") : target.get("value"));
        switch (type) {
            case "Pods" ->
                page.line(1, "\"" + source.object("metric").text("name") + "\" on pods:\t" + value + " / " + goal);
            case "Object" -> {
                ObjectTree object = source.object("describedObject");
                page.line(
                        1,
                        "\"" + source.object("metric").text("name") + "\" on " + object.text("kind") + "/"
                                + object.text("name") + " (target " + (average ? "average value" : "value") + "):\t"
                                + value + " / " + goal);
            }
            case "External" ->
                page.line(
                        1,
                        "\"" + source.object("metric").text("name") + "\" (target "
                                + (average ? "average value" : "value") + "):\t" + value + " / " + goal);
            default -> {
                String of =
                        type.equals("ContainerResource") ? " of container \"" + source.text("container") + "\"" : "";
                String name = "resource " + source.text("name") + of + " on pods";
                if (average) page.line(1, name + ":\t" + value + " / " + goal);
                else {
                    String share = now.has("averageUtilization")
                            ? now.whole("averageUtilization") + "% (" + text(now, "averageValue") + ")"
                            : "<unknown>";
                    page.line(
                            1,
                            name + "  (as a percentage of request):\t" + share + " / "
                                    + (target.has("averageUtilization")
                                            ? target.whole("averageUtilization") + "%"
                                            : "<auto>"));
                }
            }
        }
    }

    private static String text(ObjectTree now, String field) {
        return now.has(field) ? Page.text(now.get(field)) : "<unknown>";
    }

    private static void direction(Page page, String title, ObjectTree rules) {
        if (rules.isEmpty()) return;
        page.line(1, title + ":");
        if (rules.has("stabilizationWindowSeconds"))
            page.line(2, "Stabilization Window: " + rules.whole("stabilizationWindowSeconds") + " seconds");
        if (rules.list("policies").isEmpty()) return;
        page.line(2, "Select Policy: " + (rules.has("selectPolicy") ? rules.text("selectPolicy") : "Max"));
        page.line(2, "Policies:");
        for (Tree each : rules.list("policies")) {
            ObjectTree policy = each.object();
            page.line(
                    3,
                    "- Type: " + policy.text("type") + "\tValue: " + policy.whole("value") + "\tPeriod: "
                            + policy.whole("periodSeconds") + " seconds");
        }
    }
}
