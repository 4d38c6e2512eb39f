package io.amphora.controllers.autoscaling;

import io.amphora.api.autoscaling.v2.MetricSpec;
import io.amphora.api.autoscaling.v2.MetricTarget;
import io.amphora.machinery.tree.ObjectTree;

/// What to say of a metric that no API serves.
///
/// @param reason of the event and the condition
/// @param why the error
/// @param value what of it could not be had, before the error
record MissingMetric(String reason, String why, String value) {

    static MissingMetric of(MetricSpec metric, String namespace) {
        return switch (metric.type()) {
            case "Resource" ->
                resource(metric.resource().name(), metric.resource().target());
            case "ContainerResource" -> {
                String name = metric.containerResource().name();
                yield new MissingMetric(
                        "FailedGetContainerResourceMetric",
                        "failed to get " + name
                                + kind(metric.containerResource().target()) + unserved(name),
                        "failed to get " + name + " container metric value: ");
            }
            case "Pods" -> {
                String name = metric.pods().metric().name();
                yield new MissingMetric(
                        "FailedGetPodsMetric",
                        "unable to get metric " + name + ": unable to fetch metrics from custom metrics API: "
                                + notFound("custom.metrics.k8s.io"),
                        "failed to get pods metric value: ");
            }
            case "Object" -> {
                String name = metric.object().metric().name();
                ObjectTree object = metric.object().describedObject().tree();
                yield new MissingMetric(
                        "FailedGetObjectMetric",
                        "unable to get metric " + name + ": " + object.text("kind") + " on " + namespace + " "
                                + object.text("name") + "/unable to fetch metrics from custom metrics API: "
                                + notFound("custom.metrics.k8s.io"),
                        "failed to get object metric value: ");
            }
            default -> {
                String name = metric.external().metric().name();
                yield new MissingMetric(
                        "FailedGetExternalMetric",
                        "unable to get external metric " + namespace + "/" + name
                                + "/nil: unable to fetch metrics from external metrics API: "
                                + notFound("external.metrics.k8s.io"),
                        "failed to get " + name + " external metric value: ");
            }
        };
    }

    private static MissingMetric resource(String name, MetricTarget target) {
        return new MissingMetric(
                "FailedGetResourceMetric",
                "failed to get " + name + kind(target) + unserved(name),
                "failed to get " + name + " resource metric value: ");
    }

    private static String kind(MetricTarget target) {
        return target.tree().has("averageValue") ? " usage: " : " utilization: ";
    }

    private static String unserved(String name) {
        return "unable to get metrics for resource " + name + ": unable to fetch metrics from resource metrics API: "
                + "the server could not find the requested resource (get pods.metrics.k8s.io)";
    }

    private static String notFound(String group) {
        return "the server could not find the requested resource (get " + group + ")";
    }
}
