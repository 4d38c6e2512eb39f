package io.amphora.api.validation;

import io.amphora.api.core.v1.NodeAffinity;
import io.amphora.api.core.v1.NodeSelector;
import io.amphora.api.core.v1.NodeSelectorRequirement;
import io.amphora.api.core.v1.NodeSelectorTerm;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;

/// Terms that choose nodes by labels or by name: of Pods, volumes and resource slices.
public final class NodeSelectors {
    private NodeSelectors() {}

    public static void affinity(NodeAffinity affinity, FieldPath at, FieldErrors errors) {
        affinity.findRequiredDuringSchedulingIgnoredDuringExecution()
                .ifPresent(required ->
                        selector(required, at.child("requiredDuringSchedulingIgnoredDuringExecution"), errors));
        var preferred = affinity.preferredDuringSchedulingIgnoredDuringExecution();
        for (int i = 0; i < preferred.size(); i++) {
            FieldPath term =
                    at.child("preferredDuringSchedulingIgnoredDuringExecution").index(i);
            weight(preferred.get(i).weight(), term.child("weight"), errors);
            term(preferred.get(i).preference(), false, term.child("preference"), errors);
        }
    }

    public static void selector(NodeSelector selector, FieldPath at, FieldErrors errors) {
        FieldPath terms = at.child("nodeSelectorTerms");
        if (selector.nodeSelectorTerms().isEmpty()) errors.required(terms, "must have at least one node selector term");
        for (int i = 0; i < selector.nodeSelectorTerms().size(); i++)
            term(selector.nodeSelectorTerms().get(i), true, terms.index(i), errors);
    }

    static void weight(int weight, FieldPath at, FieldErrors errors) {
        if (weight < 1 || weight > 100) errors.invalid(at, weight, "must be in the range 1-100");
    }

    /// @param strict whether values must be label values: not in a mere preference, which costs nothing when it
    ///     cannot
    /// match
    private static void term(NodeSelectorTerm term, boolean strict, FieldPath at, FieldErrors errors) {
        var expressions = term.matchExpressions();
        for (int i = 0; i < expressions.size(); i++)
            label(expressions.get(i), strict, at.child("matchExpressions").index(i), errors);
        var fields = term.matchFields();
        for (int i = 0; i < fields.size(); i++)
            field(fields.get(i), at.child("matchFields").index(i), errors);
    }

    private static void label(NodeSelectorRequirement requirement, boolean strict, FieldPath at, FieldErrors errors) {
        var values = requirement.values();
        switch (requirement.operator()) {
            case "In", "NotIn" -> {
                if (values.isEmpty())
                    errors.required(at.child("values"), "must be specified when `operator` is 'In' or 'NotIn'");
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty())
                    errors.forbidden(
                            at.child("values"), "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
            case "Gt", "Lt" -> {
                if (values.size() != 1)
                    errors.required(
                            at.child("values"), "must be specified single value when `operator` is 'Lt' or 'Gt'");
            }
            default -> errors.invalid(at.child("operator"), requirement.operator(), "not a valid selector operator");
        }
        Labels.name(requirement.key(), at.child("key"), errors);
        if (!strict) return;
        for (int i = 0; i < values.size(); i++)
            errors.invalidAll(at.child("values").index(i), values.get(i), Names.isValidLabelValue(values.get(i)));
    }

    private static void field(NodeSelectorRequirement requirement, FieldPath at, FieldErrors errors) {
        var values = requirement.values();
        switch (requirement.operator()) {
            case "In", "NotIn" -> {
                if (values.size() != 1)
                    errors.required(
                            at.child("values"),
                            "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
            }
            default -> errors.invalid(at.child("operator"), requirement.operator(), "not a valid selector operator");
        }
        if (!requirement.key().equals("metadata.name")) {
            errors.invalid(at.child("key"), requirement.key(), "not a valid field selector key");
            return;
        }
        for (int i = 0; i < values.size(); i++)
            Checks.subdomain(values.get(i), at.child("values").index(i), errors);
    }
}
