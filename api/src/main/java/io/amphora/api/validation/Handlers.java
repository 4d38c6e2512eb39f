package io.amphora.api.validation;

import io.amphora.api.core.v1.HTTPGetAction;
import io.amphora.api.core.v1.Lifecycle;
import io.amphora.api.core.v1.Probe;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// Probes and lifecycle hooks of containers.
final class Handlers {
    private static final List<String> TYPES_OF_PROBES = List.of("exec", "httpGet", "tcpSocket", "grpc");
    private static final List<String> TYPES_OF_HOOKS = List.of("exec", "httpGet", "tcpSocket", "sleep");
    private static final List<String> SCHEMES = List.of("HTTP", "HTTPS");

    private Handlers() {}

    static void lifecycle(Lifecycle lifecycle, OptionalLong gracePeriod, FieldPath at, FieldErrors errors) {
        lifecycle
                .findPostStart()
                .ifPresent(hook -> handler(hook.tree(), TYPES_OF_HOOKS, gracePeriod, at.child("postStart"), errors));
        lifecycle
                .findPreStop()
                .ifPresent(hook -> handler(hook.tree(), TYPES_OF_HOOKS, gracePeriod, at.child("preStop"), errors));
    }

    static void liveness(Optional<Probe> probe, FieldPath at, FieldErrors errors) {
        once(probe, at, errors);
    }

    static void startup(Optional<Probe> probe, FieldPath at, FieldErrors errors) {
        once(probe, at, errors);
    }

    static void readiness(Optional<Probe> probe, FieldPath at, FieldErrors errors) {
        if (probe.isEmpty()) return;
        probe(probe.get(), at, errors);
        var grace = probe.get().findTerminationGracePeriodSeconds();
        if (grace.isPresent())
            errors.invalid(
                    at.child("terminationGracePeriodSeconds"),
                    grace.getAsLong(),
                    "must not be set for readinessProbes");
    }

    /// A probe whose failure kills the container has to succeed once only.
    private static void once(Optional<Probe> probe, FieldPath at, FieldErrors errors) {
        if (probe.isEmpty()) return;
        probe(probe.get(), at, errors);
        int successes = probe.get().successThreshold();
        if (successes != 1) errors.invalid(at.child("successThreshold"), successes, "must be 1");
    }

    private static void probe(Probe probe, FieldPath at, FieldErrors errors) {
        handler(probe.tree(), TYPES_OF_PROBES, OptionalLong.empty(), at, errors);
        Checks.notNegative(probe.initialDelaySeconds(), at.child("initialDelaySeconds"), errors);
        Checks.notNegative(probe.timeoutSeconds(), at.child("timeoutSeconds"), errors);
        Checks.notNegative(probe.periodSeconds(), at.child("periodSeconds"), errors);
        Checks.notNegative(probe.successThreshold(), at.child("successThreshold"), errors);
        Checks.notNegative(probe.failureThreshold(), at.child("failureThreshold"), errors);
        probe.findTerminationGracePeriodSeconds()
                .ifPresent(grace -> Checks.positive(grace, at.child("terminationGracePeriodSeconds"), errors));
    }

    private static void handler(
            ObjectTree handler, List<String> types, OptionalLong gracePeriod, FieldPath at, FieldErrors errors) {
        boolean found = false;
        for (String type : types) {
            if (!(handler.find(type) instanceof ObjectTree action)) continue;
            if (found) errors.forbidden(at.child(type), "may not specify more than 1 handler type");
            else action(type, action, gracePeriod, at.child(type), errors);
            found = true;
        }
        if (!found) errors.required(at, "must specify a handler type");
    }

    private static void action(
            String type, ObjectTree action, OptionalLong gracePeriod, FieldPath at, FieldErrors errors) {
        switch (type) {
            case "exec" -> {
                if (action.list("command").isEmpty()) errors.required(at.child("command"), "");
            }
            case "httpGet" -> httpGet(HTTPGetAction.of(action), at, errors);
            case "tcpSocket" -> Checks.portNumberOrName(action.get("port"), at.child("port"), errors);
            case "grpc" -> Checks.portNumber(action.whole("port"), at.child("port"), errors);
            default -> sleep(action.whole("seconds"), gracePeriod, at, errors);
        }
    }

    private static void httpGet(HTTPGetAction get, FieldPath at, FieldErrors errors) {
        Checks.required(get.path(), at.child("path"), errors);
        Checks.portNumberOrName(get.port(), at.child("port"), errors);
        Checks.supported(get.scheme(), SCHEMES, at.child("scheme"), errors);
        for (var header : get.httpHeaders())
            errors.invalidAll(at.child("httpHeaders"), header.name(), Names.isHTTPHeaderName(header.name()));
    }

    /// The container is killed when its Pod's grace period is over, so a longer sleep would not be slept.
    private static void sleep(long seconds, OptionalLong gracePeriod, FieldPath at, FieldErrors errors) {
        if (gracePeriod.isEmpty() || seconds >= 0 && seconds <= gracePeriod.getAsLong()) return;
        errors.invalid(
                at,
                seconds,
                "must be non-negative and less than terminationGracePeriodSeconds (" + gracePeriod.getAsLong() + ")");
    }
}
