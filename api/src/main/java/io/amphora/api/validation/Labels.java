package io.amphora.api.validation;

import io.amphora.api.meta.v1.LabelSelector;
import io.amphora.api.meta.v1.LabelSelectorRequirement;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Labels, annotations and the selectors that look for them.
public final class Labels {
    /// All annotations of an object together, keys and values, in bytes.
    private static final int ANNOTATIONS_LIMIT = 256 * 1024;

    private static final List<String> OPERATORS = List.of("In", "NotIn", "Exists", "DoesNotExist");

    private Labels() {}

    /// A map of labels, or of what looks for exact labels (`nodeSelector`). Messages name the map, not the key.
    public static void labels(Map<String, String> labels, FieldPath at, FieldErrors errors) {
        labels.forEach((key, value) -> {
            name(key, at, errors);
            errors.invalidAll(at, value, Names.isValidLabelValue(value));
        });
    }

    public static void name(String key, FieldPath at, FieldErrors errors) {
        errors.invalidAll(at, key, Names.isQualifiedName(key));
    }

    public static void annotations(Map<String, String> annotations, FieldPath at, FieldErrors errors) {
        long size = 0;
        for (var annotation : annotations.entrySet()) {
            errors.invalidAll(
                    at,
                    annotation.getKey(),
                    Names.isQualifiedName(annotation.getKey().toLowerCase(Locale.ROOT)));
            size += annotation.getKey().getBytes(StandardCharsets.UTF_8).length
                    + annotation.getValue().getBytes(StandardCharsets.UTF_8).length;
        }
        if (size > ANNOTATIONS_LIMIT) errors.tooLong(at, ANNOTATIONS_LIMIT);
    }

    /// A selector of the object form; an absent one is in order.
    public static void selector(Optional<LabelSelector> selector, FieldPath at, FieldErrors errors) {
        selector.ifPresent(present -> selector(present, at, errors));
    }

    public static void selector(LabelSelector selector, FieldPath at, FieldErrors errors) {
        labels(selector.matchLabels(), at.child("matchLabels"), errors);
        var expressions = selector.matchExpressions();
        for (int i = 0; i < expressions.size(); i++)
            requirement(expressions.get(i), at.child("matchExpressions").index(i), errors);
    }

    private static void requirement(LabelSelectorRequirement requirement, FieldPath at, FieldErrors errors) {
        if (!OPERATORS.contains(requirement.operator()))
            errors.invalid(at.child("operator"), requirement.operator(), "not a valid selector operator");
        requirementOfAnyOperator(requirement, at, errors);
    }

    /// How many values an operator takes; one that is not known takes any.
    public static void operands(String operator, List<String> values, FieldPath at, FieldErrors errors) {
        FieldPath field = at.child("values");
        switch (operator) {
            case "In", "NotIn" -> {
                if (values.isEmpty()) errors.required(field, "must be specified when `operator` is 'In' or 'NotIn'");
            }
            case "Exists", "DoesNotExist" -> {
                if (!values.isEmpty())
                    errors.forbidden(field, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
            }
            default -> {}
        }
    }

    /// A requirement that may come from a client of later times.
    public static void requirementOfAnyOperator(
            LabelSelectorRequirement requirement, FieldPath at, FieldErrors errors) {
        operands(requirement.operator(), requirement.values(), at, errors);
        name(requirement.key(), at.child("key"), errors);
        var values = requirement.values();
        for (int i = 0; i < values.size(); i++)
            errors.invalidAll(at.child("values").index(i), values.get(i), Names.isValidLabelValue(values.get(i)));
    }

    /// The keys whose values come from the Pod are in the selector already when it is checked; a key that is
    /// there
    /// twice was
    /// there before.
    static void notInSelectorToo(List<String> keys, LabelSelector selector, FieldPath at, FieldErrors errors) {
        if (keys.isEmpty()) return;
        var seen = new HashSet<>(selector.matchLabels().keySet());
        for (LabelSelectorRequirement expression : selector.matchExpressions()) {
            String key = expression.key();
            if (!seen.add(key) && keys.contains(key))
                errors.invalid(at.index(keys.lastIndexOf(key)), key, "exists in both matchLabelKeys and labelSelector");
        }
    }

    public static boolean isEmpty(LabelSelector selector) {
        return selector.matchLabels().isEmpty() && selector.matchExpressions().isEmpty();
    }
}
