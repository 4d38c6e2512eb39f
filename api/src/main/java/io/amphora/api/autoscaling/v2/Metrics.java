package io.amphora.api.autoscaling.v2;

import io.amphora.api.validation.Checks;
import io.amphora.api.validation.References;
import io.amphora.api.validation.ResourceNames;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// What an autoscaler measures, and what the measure should be.
final class Metrics {
    private static final List<String> TYPES = List.of("ContainerResource", "External", "Object", "Pods", "Resource");
    private static final List<String> SOURCES = List.of("object", "external", "pods", "resource", "containerResource");

    private final FieldErrors errors;
    private final boolean checkMeasured;

    private Metrics(FieldErrors errors, boolean checkMeasured) {
        this.errors = errors;
        this.checkMeasured = checkMeasured;
    }

    /// @param checkMeasured whether the versions of measured objects are looked at
    static void validate(List<MetricSpec> metrics, boolean checkMeasured, FieldPath at, FieldErrors errors) {
        var check = new Metrics(errors, checkMeasured);
        for (int i = 0; i < metrics.size(); i++) check.metric(metrics.get(i), at.index(i));
    }

    /// A metric has the one source that its type names. Of several sources only the first is looked into.
    private void metric(MetricSpec metric, FieldPath at) {
        String type = metric.type();
        if (type.isEmpty()) errors.required(at.child("type"), "must specify a metric source type");
        Checks.supported(type, TYPES, at.child("type"), errors);
        var present = SOURCES.stream()
                .filter(source -> !metric.tree().get(source).isNull())
                .toList();
        if (!present.isEmpty()) source(present.getFirst(), metric, at.child(present.getFirst()));
        String expected = TYPES.contains(type) ? Character.toLowerCase(type.charAt(0)) + type.substring(1) : "";
        if (expected.isEmpty()) errors.notSupported(at.child("type"), type, TYPES);
        else if (!present.contains(expected))
            errors.required(at.child(expected), "must populate information for the given metric source");
        if (present.size() == 1) return;
        for (String source : present)
            if (!source.equals(expected))
                errors.forbidden(at.child(source), "must populate the given metric source only");
    }

    private void source(String name, MetricSpec metric, FieldPath at) {
        switch (name) {
            case "object" -> object(metric.object(), at);
            case "external" -> external(metric.external(), at);
            case "pods" -> pods(metric.pods(), at);
            case "resource" ->
                resource(metric.resource().name(), metric.resource().target(), at);
            default -> {
                var source = metric.containerResource();
                if (source.name().isEmpty()) errors.required(at.child("name"), "must specify a resource name");
                else ResourceNames.container(source.name(), at.child("name"), errors);
                if (source.container().isEmpty()) errors.required(at.child("container"), "must specify a container");
                else Checks.label(source.container(), at.child("container"), errors);
                utilization(source.target(), at.child("target"));
            }
        }
    }

    private void object(ObjectMetricSource source, FieldPath at) {
        HorizontalPodAutoscalers.measured(source.describedObject(), checkMeasured, at.child("describedObject"), errors);
        identifier(source.metric(), at.child("metric"));
        target(source.target(), at.child("target"));
        if (!has(source.target(), "value") && !has(source.target(), "averageValue"))
            errors.required(at.child("target").child("averageValue"), "must set either a target value or averageValue");
    }

    private void external(ExternalMetricSource source, FieldPath at) {
        identifier(source.metric(), at.child("metric"));
        FieldPath path = at.child("target");
        target(source.target(), path);
        boolean value = has(source.target(), "value");
        boolean average = has(source.target(), "averageValue");
        if (!value && !average)
            errors.required(
                    path.child("averageValue"), "must set either a target value for metric or a per-pod target");
        if (value && average)
            errors.forbidden(path.child("value"), "may not set both a target value for metric and a per-pod target");
    }

    private void pods(PodsMetricSource source, FieldPath at) {
        identifier(source.metric(), at.child("metric"));
        target(source.target(), at.child("target"));
        if (!has(source.target(), "averageValue"))
            errors.required(at.child("target").child("averageValue"), "must specify a positive target averageValue");
    }

    private void resource(String name, MetricTarget target, FieldPath at) {
        if (name.isEmpty()) errors.required(at.child("name"), "must specify a resource name");
        utilization(target, at.child("target"));
    }

    private void utilization(MetricTarget target, FieldPath at) {
        target(target, at);
        boolean utilization = has(target, "averageUtilization");
        boolean value = has(target, "averageValue");
        if (!utilization && !value)
            errors.required(
                    at.child("averageUtilization"), "must set either a target raw value or a target utilization");
        if (utilization && value)
            errors.forbidden(at.child("averageValue"), "may not set both a target raw value and a target utilization");
    }

    private void identifier(MetricIdentifier metric, FieldPath at) {
        References.segment(metric.name(), "must specify a metric name", at.child("name"), errors);
    }

    private void target(MetricTarget target, FieldPath at) {
        String type = target.type();
        if (type.isEmpty()) errors.required(at.child("type"), "must specify a metric target type");
        if (!List.of("Utilization", "Value", "AverageValue").contains(type))
            errors.invalid(at.child("type"), type, "must be either Utilization, Value, or AverageValue");
        for (String name : List.of("value", "averageValue")) {
            String value = target.tree().text(name);
            if (!value.isEmpty() && Quantity.parse(value).sign() <= 0)
                errors.invalid(at.child(name), value, "must be positive");
        }
        if (has(target, "averageUtilization") && target.averageUtilization() < 1)
            errors.invalid(at.child("averageUtilization"), target.averageUtilization(), "must be greater than 0");
    }

    private static boolean has(MetricTarget target, String name) {
        ObjectTree tree = target.tree();
        return !tree.get(name).isNull();
    }
}
