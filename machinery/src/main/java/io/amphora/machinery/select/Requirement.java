package io.amphora.machinery.select;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One condition on the value of one label.
///
/// @param values one for the comparisons, one or more for IN and NOT_IN, none for EXISTS and DOES_NOT_EXIST
public record Requirement(String key, Operator operator, List<String> values) {

    public enum Operator {
        EQUALS("="),
        DOUBLE_EQUALS("=="),
        NOT_EQUALS("!="),
        IN(" in "),
        NOT_IN(" notin "),
        EXISTS(""),
        DOES_NOT_EXIST("!"),
        GREATER_THAN(">"),
        LESS_THAN("<");

        private final String sign;

        Operator(String sign) {
            this.sign = sign;
        }
    }

    public Requirement {
        values = List.copyOf(values);
    }

    /// @throws SelectorException when key, operator and values don't go together
    static Requirement checked(String key, Operator operator, List<String> values) {
        var errors = new FieldErrors();
        List<String> badKey = Names.isQualifiedName(key);
        if (!badKey.isEmpty()) errors.invalid(FieldPath.of("key"), key, String.join("; ", badKey));
        FieldPath field = FieldPath.of("values");
        switch (operator) {
            case IN, NOT_IN -> {
                if (values.isEmpty())
                    errors.invalid(field, values, "for 'in', 'notin' operators, values set can't be empty");
            }
            case EQUALS, DOUBLE_EQUALS, NOT_EQUALS -> {
                if (values.size() != 1)
                    errors.invalid(field, values, "exact-match compatibility requires one single value");
            }
            case EXISTS, DOES_NOT_EXIST -> {
                if (!values.isEmpty())
                    errors.invalid(field, values, "values set must be empty for exists and does not exist");
            }
            case GREATER_THAN, LESS_THAN -> {
                if (values.size() != 1)
                    errors.invalid(field, values, "for 'Gt', 'Lt' operators, exactly one value is required");
                for (int i = 0; i < values.size(); i++)
                    if (whole(values.get(i)) == null)
                        errors.invalid(
                                field.index(i),
                                values.get(i),
                                "for 'Gt', 'Lt' operators, the value must be an integer");
            }
        }
        for (int i = 0; i < values.size(); i++) {
            List<String> bad = Names.isValidLabelValue(values.get(i));
            if (!bad.isEmpty()) errors.invalid(field.index(i).key(key), values.get(i), String.join("; ", bad));
        }
        if (!errors.isEmpty()) {
            List<String> messages =
                    errors.list().stream().map(Object::toString).distinct().toList();
            throw new SelectorException(
                    messages.size() == 1 ? messages.getFirst() : "[" + String.join(", ", messages) + "]");
        }
        return new Requirement(key, operator, values);
    }

    /// @param label the label's value, null when the object does not have it
    public boolean matches(@Nullable String label) {
        return switch (operator) {
            case IN, EQUALS, DOUBLE_EQUALS -> label != null && values.contains(label);
            case NOT_IN, NOT_EQUALS -> label == null || !values.contains(label);
            case EXISTS -> label != null;
            case DOES_NOT_EXIST -> label == null;
            case GREATER_THAN, LESS_THAN -> {
                Long has = label == null ? null : whole(label);
                Long bound = whole(values.getFirst());
                yield has != null && bound != null && (operator == Operator.GREATER_THAN ? has > bound : has < bound);
            }
        };
    }

    @Override
    public String toString() {
        return switch (operator) {
            case EXISTS -> key;
            case DOES_NOT_EXIST -> "!" + key;
            case IN, NOT_IN ->
                key + operator.sign + values.stream().sorted().collect(Collectors.joining(",", "(", ")"));
            default -> key + operator.sign + values.getFirst();
        };
    }

    /// What Go's ParseInt takes: a sign and decimal digits.
    private static @Nullable Long whole(String text) {
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException none) {
            return null;
        }
    }
}
