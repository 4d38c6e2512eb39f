package io.amphora.api.autoscaling.v1;

import static io.amphora.api.autoscaling.v1.OrderedJson.object;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Metrics of an autoscaler between v2 and the form that annotations of v1 have: there, target and metric are
/// flat
/// fields.
///
/// ```
///   v2   external: {metric: {name: q, selector: S}, target: {type: Value, value: 30}}
///   v1   external: {metricName: q, metricSelector: S, targetValue: 30}
/// ```
final class OldMetrics {
    private OldMetrics() {}

    static ObjectTree specToV2(ObjectTree old) {
        String type = old.text("type");
        String field = field(type);
        ObjectTree source = old.object(field);
        return ObjectTree.of(
                "type", type, field, toV2(type, source, "target", "targetAverageValue", "targetAverageUtilization"));
    }

    static ObjectTree statusToV2(ObjectTree old) {
        String type = old.text("type");
        String field = field(type);
        ObjectTree source = old.object(field);
        return ObjectTree.of(
                "type", type, field, toV2(type, source, "current", "currentAverageValue", "currentAverageUtilization"));
    }

    static String specFromV2(ObjectTree metric) {
        return fromV2(metric, "target");
    }

    static String statusFromV2(ObjectTree metric) {
        return fromV2(metric, "current");
    }

    private static ObjectTree toV2(
            String type, ObjectTree old, String word, String averageValue, String averageUtilization) {
        var value = ObjectTree.builder();
        var source = ObjectTree.builder();
        boolean spec = word.equals("target");
        String average = type.equals("Object") ? "averageValue" : averageValue;
        if (old.has(averageUtilization)) {
            if (spec) value.put("type", "Utilization");
            value.put("averageUtilization", old.get(averageUtilization));
        }
        if (old.has(average)) {
            if (spec && !old.has(averageUtilization)) value.put("type", "AverageValue");
            value.put("averageValue", old.get(average));
        }
        if (old.has(word + "Value")) {
            if (spec && !old.has(average)) value.put("type", "Value");
            value.put("value", old.get(word + "Value"));
        }
        if (type.equals("Resource") || type.equals("ContainerResource")) source.put("name", old.get("name"));
        if (type.equals("ContainerResource")) source.put("container", old.get("container"));
        if (type.equals("Object")) source.put("describedObject", old.get("target"));
        if (old.has("metricName")) {
            String selector = type.equals("External") ? "metricSelector" : "selector";
            ObjectTree metric = ObjectTree.of("name", old.get("metricName"));
            source.put("metric", old.has(selector) ? metric.with("selector", old.get(selector)) : metric);
        }
        return source.put(word, value.build()).build();
    }

    private static String fromV2(ObjectTree metric, String word) {
        String type = metric.text("type");
        ObjectTree source = metric.object(field(type));
        ObjectTree value = source.object(word);
        ObjectTree named = source.object("metric");
        boolean current = word.equals("current");
        String average = current ? "currentAverageValue" : "targetAverageValue";
        String utilization = current ? "currentAverageUtilization" : "targetAverageUtilization";
        var old = object();
        switch (type) {
            case "Resource", "ContainerResource" -> {
                old.put("name", source.get("name"));
                old.putPresent(utilization, value.get("averageUtilization"));
                old.putPresent(average, value.get("averageValue"));
                if (type.equals("ContainerResource")) old.put("container", source.get("container"));
            }
            case "Pods" -> {
                old.put("metricName", named.get("name"));
                old.put(average, value.get("averageValue"));
                old.putPresent("selector", named.get("selector"));
            }
            case "Object" -> {
                ObjectTree target = source.object("describedObject");
                old.put(
                        "target",
                        object().put("kind", target.get("kind"))
                                .put("name", target.get("name"))
                                .putPresent("apiVersion", target.get("apiVersion"))
                                .text());
                old.put("metricName", named.get("name"));
                old.put(word + "Value", value.has("value") ? value.get("value") : Tree.of("0"));
                old.putPresent("selector", named.get("selector"));
                old.putPresent("averageValue", value.get("averageValue"));
            }
            default -> {
                old.put("metricName", named.get("name"));
                old.putPresent("metricSelector", named.get("selector"));
                old.putPresent(word + "Value", value.get("value"));
                old.putPresent(average, value.get("averageValue"));
            }
        }
        return object().put("type", metric.get("type"))
                .put(field(type), old.text())
                .text();
    }

    private static String field(String type) {
        return type.isEmpty() ? "resource" : Character.toLowerCase(type.charAt(0)) + type.substring(1);
    }
}
