package io.amphora.api.resource.v1;

import static io.amphora.api.resource.v1.DeviceNames.each;
import static io.amphora.api.resource.v1.DeviceNames.unique;

import io.amphora.api.Defaults;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// What a ResourceClaim asks for, also in a template. The expressions of selectors are for those to check who can
/// evaluate them.
final class DeviceClaims {
    static final int REQUESTS = 32;
    static final int SELECTORS = 32;
    static final int CONFIGS = 32;

    private static final int CONSTRAINTS = 32;
    private static final int ALTERNATIVES = 8;
    private static final int EXPRESSION = 10 * 1024;
    private static final int PARAMETERS = 10 * 1024;
    private static final String UNKNOWN =
            "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";
    private static final List<String> EFFECTS = List.of("NoExecute", "NoSchedule", "None");

    private DeviceClaims() {}

    static ObjectTree defaults(ObjectTree spec) {
        return Defaults.in(
                spec,
                "devices",
                devices -> Defaults.each(
                        devices,
                        "requests",
                        request -> Defaults.each(
                                Defaults.in(request, "exactly", DeviceClaims::requestDefaults),
                                "firstAvailable",
                                DeviceClaims::requestDefaults)));
    }

    private static ObjectTree requestDefaults(ObjectTree request) {
        ObjectTree tree = Defaults.empty(request, "allocationMode", "ExactCount");
        if (tree.text("allocationMode").equals("ExactCount")) tree = Defaults.zero(tree, "count", 1);
        return Defaults.each(tree, "tolerations", toleration -> Defaults.empty(toleration, "operator", "Equal"));
    }

    /// The requests of a claim, each with the names of its alternatives.
    static Map<String, Set<String>> names(DeviceClaim claim) {
        var names = new HashMap<String, Set<String>>();
        for (DeviceRequest request : claim.requests())
            names.put(
                    request.name(),
                    request.firstAvailable().stream()
                            .map(DeviceSubRequest::name)
                            .collect(Collectors.toSet()));
        return names;
    }

    static void validate(ResourceClaimSpec spec, FieldPath specAt, FieldErrors errors) {
        DeviceClaim claim = spec.devices();
        FieldPath at = specAt.child("devices");
        var names = names(claim);
        FieldPath requests = at.child("requests");
        each(claim.requests(), REQUESTS, DeviceClaims::request, requests, errors);
        unique(claim.requests().stream().map(DeviceRequest::name).toList(), REQUESTS, "name", requests, errors);
        each(
                claim.constraints(),
                CONSTRAINTS,
                (constraint, path, all) -> constraint(constraint, names, path, all),
                at.child("constraints"),
                errors);
        each(
                claim.config(),
                CONFIGS,
                (config, path, all) -> {
                    requestNames(config.requests(), names, path.child("requests"), all);
                    configuration(config.tree(), path, all);
                },
                at.child("config"),
                errors);
    }

    private static void request(DeviceRequest request, FieldPath at, FieldErrors errors) {
        Checks.label(request.name(), at.child("name"), errors);
        boolean exactly = request.findExactly().isPresent();
        var alternatives = request.firstAvailable();
        String one = "exactly one of `exactly` or `firstAvailable` is required";
        if (!exactly && alternatives.isEmpty()) {
            errors.required(at, one);
        } else if (exactly && !alternatives.isEmpty()) {
            errors.invalid(at, null, one + ", but multiple fields are set");
        } else if (exactly) {
            exact(request.exactly(), at.child("exactly"), errors);
        } else {
            FieldPath list = at.child("firstAvailable");
            each(alternatives, ALTERNATIVES, DeviceClaims::alternative, list, errors);
            unique(alternatives.stream().map(DeviceSubRequest::name).toList(), ALTERNATIVES, "name", list, errors);
        }
    }

    private static void alternative(DeviceSubRequest request, FieldPath at, FieldErrors errors) {
        Checks.label(request.name(), at.child("name"), errors);
        exact(ExactDeviceRequest.of(request.tree()), at, errors);
    }

    private static void exact(ExactDeviceRequest request, FieldPath at, FieldErrors errors) {
        FieldPath type = at.child("deviceClassName");
        if (request.deviceClassName().isEmpty()) errors.required(type, "");
        else Checks.subdomain(request.deviceClassName(), type, errors);
        each(request.selectors(), SELECTORS, DeviceClaims::selector, at.child("selectors"), errors);
        FieldPath count = at.child("count");
        switch (request.allocationMode()) {
            case "All" -> {
                if (request.count() != 0)
                    errors.invalid(count, request.count(), "must not be specified when allocationMode is 'All'");
            }
            case "ExactCount" -> {
                if (request.count() <= 0) errors.invalid(count, request.count(), "must be greater than zero");
            }
            default ->
                errors.notSupported(at.child("allocationMode"), request.allocationMode(), List.of("All", "ExactCount"));
        }
        for (int i = 0; i < request.tolerations().size(); i++)
            toleration(request.tolerations().get(i), at.child("tolerations").index(i), errors);
    }

    private static void toleration(DeviceToleration toleration, FieldPath at, FieldErrors errors) {
        if (!toleration.key().isEmpty()) Labels.name(toleration.key(), at.child("key"), errors);
        String value = toleration.value();
        switch (toleration.operator()) {
            case "Exists" -> {
                if (!value.isEmpty()) errors.invalid(at.child("value"), value, "must be empty for operator `Exists`");
            }
            case "Equal" -> errors.invalidAll(at.child("value"), value, Names.isValidLabelValue(value));
            case "" -> errors.required(at.child("operator"), "");
            default -> errors.notSupported(at.child("operator"), toleration.operator(), List.of("Equal", "Exists"));
        }
        if (!toleration.effect().isEmpty()) Checks.supported(toleration.effect(), EFFECTS, at.child("effect"), errors);
    }

    static void taint(DeviceTaint taint, FieldPath at, FieldErrors errors) {
        Labels.name(taint.key(), at.child("key"), errors);
        errors.invalidAll(at.child("value"), taint.value(), Names.isValidLabelValue(taint.value()));
        Checks.oneOf(taint.effect(), EFFECTS, at.child("effect"), errors);
    }

    static void selector(DeviceSelector selector, FieldPath at, FieldErrors errors) {
        if (selector.findCel().isEmpty()) errors.required(at.child("cel"), "");
        else if (selector.cel().expression().length() > EXPRESSION)
            errors.tooLong(at.child("cel").child("expression"), EXPRESSION);
    }

    private static void constraint(
            DeviceConstraint constraint, Map<String, Set<String>> names, FieldPath at, FieldErrors errors) {
        requestNames(constraint.requests(), names, at.child("requests"), errors);
        var match = constraint.findMatchAttribute();
        var distinct = constraint.findDistinctAttribute();
        if (match.isPresent()) DeviceNames.fullyQualified(match.get(), at.child("matchAttribute"), errors);
        else if (distinct.isPresent())
            DeviceNames.fullyQualified(distinct.get(), at.child("distinctAttribute"), errors);
        else errors.required(at.child("matchAttribute"), "");
    }

    /// References to requests, `request` or `request/alternative`.
    static void requestNames(
            List<String> references, Map<String, Set<String>> names, FieldPath list, FieldErrors errors) {
        each(references, REQUESTS, (name, at, all) -> requestName(name, names, at, all), list, errors);
        unique(references, REQUESTS, "", list, errors);
    }

    static void requestName(String name, Map<String, Set<String>> names, FieldPath at, FieldErrors errors) {
        String[] parts = name.split("/", -1);
        if (parts.length > 2) {
            errors.invalid(at, name, UNKNOWN);
            return;
        }
        for (String part : parts) Checks.label(part, at, errors);
        Set<String> alternatives = names.get(parts[0]);
        if (alternatives == null || parts.length == 2 && !alternatives.contains(parts[1]))
            errors.invalid(at, name, UNKNOWN);
    }

    /// @param config what has a field `opaque`
    static void configuration(ObjectTree config, FieldPath at, FieldErrors errors) {
        FieldPath path = at.child("opaque");
        if (config.get("opaque").isNull()) {
            errors.required(path, "");
            return;
        }
        var opaque = OpaqueDeviceConfiguration.of(config.object("opaque"));
        DeviceNames.driver(opaque.driver(), path.child("driver"), errors);
        DeviceNames.opaque(opaque.tree().get("parameters"), PARAMETERS, path.child("parameters"), errors);
    }
}
