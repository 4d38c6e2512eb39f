package io.amphora.api.autoscaling.v2;

import io.amphora.api.Cells;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// The metrics of an autoscaler in a table's cell: what is over what should be, two of them at most.
///
/// ```
///   cpu: 12%/80%, 30/100 (avg) + 1 more...
/// ```
final class MetricCells {
    private static final int SHOWN = 2;

    private MetricCells() {}

    static String targets(HorizontalPodAutoscaler scaler) {
        List<MetricSpec> metrics = scaler.spec().metrics();
        if (metrics.isEmpty()) return Cells.NONE;
        ListTree current = scaler.status().tree().list("currentMetrics");
        var cells = new ArrayList<String>();
        for (int i = 0; i < Math.min(SHOWN, metrics.size()); i++)
            cells.add(cell(
                    metrics.get(i).type(),
                    metrics.get(i).tree(),
                    i < current.size() ? current.get(i).object() : ObjectTree.EMPTY));
        String shown = String.join(", ", cells);
        return metrics.size() > SHOWN ? shown + " + " + (metrics.size() - SHOWN) + " more..." : shown;
    }

    private static String cell(String type, ObjectTree metric, ObjectTree status) {
        return switch (type) {
            case "External" -> value(metric.object("external"), status.object("external"));
            case "Object" -> value(metric.object("object"), status.object("object"));
            case "Pods" -> {
                ObjectTree target = metric.object("pods").object("target");
                ObjectTree current = status.object("pods").object("current");
                yield known(current.text("averageValue")) + "/" + target.text("averageValue");
            }
            case "Resource" -> resource(metric.object("resource"), status.object("resource"));
            case "ContainerResource" ->
                resource(metric.object("containerResource"), status.object("containerResource"));
            default -> "<unknown type>";
        };
    }

    private static String value(ObjectTree source, ObjectTree status) {
        ObjectTree target = source.object("target");
        ObjectTree current = status.object("current");
        return target.has("averageValue")
                ? known(current.text("averageValue")) + "/" + target.text("averageValue") + " (avg)"
                : known(current.text("value")) + "/" + target.text("value");
    }

    private static String resource(ObjectTree source, ObjectTree status) {
        ObjectTree target = source.object("target");
        ObjectTree current = status.object("current");
        String name = source.text("name") + ": ";
        if (target.has("averageValue"))
            return name + known(current.text("averageValue")) + "/" + target.text("averageValue");
        return name + known(percent(current)) + "/" + Cells.or(percent(target), "<auto>");
    }

    private static String percent(ObjectTree values) {
        return values.has("averageUtilization") ? values.whole("averageUtilization") + "%" : "";
    }

    private static String known(String value) {
        return Cells.or(value, Cells.UNKNOWN);
    }
}
