package io.amphora.api.validation;

import io.amphora.api.meta.v1.Condition;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/// Conditions in the form that all newer kinds share (meta/v1 Condition).
public final class Conditions {
    public static final List<String> STATUSES = List.of("False", "True", "Unknown");

    private static final int REASON_LIMIT = 1024;
    private static final int MESSAGE_LIMIT = 32 * 1024;
    private static final String REASON = "[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?";
    private static final Pattern REASON_PATTERN = Pattern.compile(REASON);
    private static final String REASON_RULE = Names.regex(
            "a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric "
                    + "characters or '_,:', and must end with an alphanumeric character or '_'",
            REASON,
            "my_name",
            "MY_NAME",
            "MyName",
            "ReasonA,ReasonB",
            "ReasonA:ReasonB");

    private Conditions() {}

    public static void validate(List<Condition> conditions, FieldPath at, FieldErrors errors) {
        var types = new HashSet<String>();
        for (int i = 0; i < conditions.size(); i++) {
            Condition condition = conditions.get(i);
            if (!types.add(condition.type())) errors.duplicate(at.index(i).child("type"), condition.type());
            validate(condition, at.index(i), errors);
        }
    }

    private static void validate(Condition condition, FieldPath at, FieldErrors errors) {
        Labels.name(condition.type(), at.child("type"), errors);
        Checks.supported(condition.status(), STATUSES, at.child("status"), errors);
        if (condition.observedGeneration() < 0)
            errors.invalid(
                    at.child("observedGeneration"),
                    condition.observedGeneration(),
                    "must be greater than or equal to zero");
        if (condition.findLastTransitionTime().isEmpty()) errors.required(at.child("lastTransitionTime"), "");
        String reason = condition.reason();
        FieldPath path = at.child("reason");
        if (reason.isEmpty()) errors.required(path, "");
        else if (!REASON_PATTERN.matcher(reason).matches()) errors.invalid(path, reason, REASON_RULE);
        if (reason.length() > REASON_LIMIT) errors.tooLong(path, REASON_LIMIT);
        if (condition.message().getBytes(StandardCharsets.UTF_8).length > MESSAGE_LIMIT)
            errors.tooLong(at.child("message"), MESSAGE_LIMIT);
    }
}
