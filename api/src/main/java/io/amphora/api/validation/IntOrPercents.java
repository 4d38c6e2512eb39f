package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.Tree;

/// Numbers of Pods that are given as such or as a share of all: `2`, `"25%"`.
public final class IntOrPercents {
    private IntOrPercents() {}

    public static void validate(Tree value, FieldPath at, FieldErrors errors) {
        if (value instanceof Tree.Text(var text)) errors.invalidAll(at, text, Names.isValidPercent(text));
        else Checks.notNegative(Checks.number(value), at, errors);
    }

    public static void notAboveAll(Tree value, FieldPath at, FieldErrors errors) {
        if (isPercent(value) && number(value) > 100) errors.invalid(at, value, "must not be greater than 100%");
    }

    /// The number before the `%`, or the number itself; 0 for what is neither.
    public static long number(Tree value) {
        if (!(value instanceof Tree.Text(var text))) return Checks.number(value);
        if (!isPercent(value)) return 0;
        String digits = text.substring(0, text.length() - 1);
        return digits.length() > 18 ? Long.MAX_VALUE : Long.parseLong(digits);
    }

    private static boolean isPercent(Tree value) {
        return value instanceof Tree.Text(var text)
                && Names.isValidPercent(text).isEmpty();
    }
}
