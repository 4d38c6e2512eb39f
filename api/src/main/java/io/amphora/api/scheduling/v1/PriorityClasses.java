package io.amphora.api.scheduling.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.List;
import java.util.Map;

/// How important Pods are that name it.
public final class PriorityClasses {
    public static final ResourceDefinition<PriorityClass> DEFINITION = ResourceDefinition.of(
                    "scheduling.k8s.io/v1", "PriorityClass", PriorityClass::of)
            .plural("priorityclasses")
            .shortNames("pc")
            .strategy(new Rules())
            .columns(Columns.<PriorityClass>builder()
                    .name()
                    .number("Value", "The greater, the more important.", type -> type.value())
                    .add(
                            "Global-Default",
                            "boolean",
                            "Whether Pods that name none have it.",
                            type -> type.globalDefault())
                    .age()
                    .text(
                            "PreemptionPolicy",
                            "Whether such Pods make others give way.",
                            type -> type.preemptionPolicy())
                    .build())
            .build();

    /// The classes that there always are, by name, with their values.
    public static final Map<String, Integer> SYSTEM =
            Map.of("system-node-critical", 2_000_001_000, "system-cluster-critical", 2_000_000_000);

    private static final String SYSTEM_PREFIX = "system-";
    private static final int HIGHEST_OF_USERS = 1_000_000_000;

    private PriorityClasses() {}

    private static final class Rules implements Strategy<PriorityClass> {
        @Override
        public PriorityClass withDefaults(PriorityClass type) {
            return PriorityClass.of(Defaults.absent(type.tree(), "preemptionPolicy", "PreemptLowerPriority"));
        }

        @Override
        public void validate(PriorityClass type, FieldErrors errors) {
            if (type.name().startsWith(SYSTEM_PREFIX)) {
                String wrong = systemProblem(type);
                if (!wrong.isEmpty())
                    errors.forbidden(
                            FieldPath.of("metadata").child("name"),
                            "priority class names with '" + SYSTEM_PREFIX
                                    + "' prefix are reserved for system use only. error: " + wrong);
            } else if (type.value() > HIGHEST_OF_USERS) {
                errors.forbidden(
                        FieldPath.of("value"),
                        "maximum allowed value of a user defined priority is " + HIGHEST_OF_USERS);
            }
            Checks.oneOf(
                    type.preemptionPolicy(),
                    List.of("Never", "PreemptLowerPriority"),
                    FieldPath.of("preemptionPolicy"),
                    errors);
        }

        private static String systemProblem(PriorityClass type) {
            Integer value = SYSTEM.get(type.name());
            if (value == null) return type.name() + " is not a known system priority class";
            if (type.value() != value) return "value of " + type.name() + " PriorityClass must be " + value;
            return type.globalDefault() ? "globalDefault of " + type.name() + " PriorityClass must be false" : "";
        }

        @Override
        public boolean validatesUpdateAlone() {
            return true;
        }

        @Override
        public void validateUpdate(PriorityClass updated, PriorityClass stored, FieldErrors errors) {
            if (updated.value() != stored.value())
                errors.forbidden(FieldPath.of("value"), "may not be changed in an update.");
            Checks.immutable(
                    updated.preemptionPolicy(), stored.preemptionPolicy(), FieldPath.of("preemptionPolicy"), errors);
        }

        /// A generation it has, which nothing changes.
        @Override
        public boolean changesGeneration(PriorityClass updated, PriorityClass stored) {
            return false;
        }
    }
}
