package io.amphora.api.validation;

import io.amphora.api.core.v1.Toleration;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import java.util.HashSet;
import java.util.List;

/// What a Pod tolerates of a node's taints.
public final class Tolerations {
    public static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    private Tolerations() {}

    public static void validate(List<Toleration> tolerations, FieldPath at, FieldErrors errors) {
        for (int i = 0; i < tolerations.size(); i++) one(tolerations.get(i), at.index(i), errors);
    }

    private static void one(Toleration toleration, FieldPath at, FieldErrors errors) {
        FieldPath operator = at.child("operator");
        if (!toleration.key().isEmpty()) Labels.name(toleration.key(), at.child("key"), errors);
        else if (!toleration.operator().equals("Exists"))
            errors.invalid(
                    operator,
                    toleration.operator(),
                    "operator must be Exists when `key` is empty, which means \"match all values and all keys\"");
        if (toleration.findTolerationSeconds().isPresent()
                && !toleration.effect().equals("NoExecute"))
            errors.invalid(
                    at.child("effect"),
                    toleration.effect(),
                    "effect must be 'NoExecute' when `tolerationSeconds` is set");
        switch (toleration.operator()) {
            case "", "Equal" -> {
                var wrong = Names.isValidLabelValue(toleration.value());
                if (!wrong.isEmpty()) errors.invalid(operator, toleration.value(), String.join(";", wrong));
            }
            case "Exists" -> {
                if (!toleration.value().isEmpty())
                    errors.invalid(operator, toleration.value(), "value must be empty when `operator` is 'Exists'");
            }
            default -> errors.notSupported(operator, toleration.operator(), List.of("Equal", "Exists"));
        }
        if (!toleration.effect().isEmpty()) Checks.supported(toleration.effect(), EFFECTS, at.child("effect"), errors);
    }

    /// What an update of a Pod may do: add tolerations and change `tolerationSeconds`.
    public static void validateUpdate(
            List<Toleration> updated, List<Toleration> stored, FieldPath at, FieldErrors errors) {
        var kept = new HashSet<Toleration>();
        for (Toleration toleration : updated) kept.add(toleration.withoutTolerationSeconds());
        for (Toleration old : stored) {
            if (!kept.contains(old.withoutTolerationSeconds())) {
                errors.forbidden(at, "existing toleration can not be modified except its tolerationSeconds");
                return;
            }
        }
        validate(updated, at, errors);
    }
}
