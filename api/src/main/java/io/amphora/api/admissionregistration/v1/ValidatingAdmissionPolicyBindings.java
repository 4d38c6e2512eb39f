package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.HashSet;
import java.util.List;

/// Where a validating policy counts, with what parameters, and what comes of a violation.
public final class ValidatingAdmissionPolicyBindings {
    public static final ResourceDefinition<ValidatingAdmissionPolicyBinding> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1",
                    "ValidatingAdmissionPolicyBinding",
                    ValidatingAdmissionPolicyBinding::of)
            .categories("api-extensions")
            .strategy(new Rules())
            .columns(Columns.<ValidatingAdmissionPolicyBinding>builder()
                    .name()
                    .text("PolicyName", "The policy.", binding -> binding.spec().policyName())
                    .text(
                            "ParamRef",
                            "Its parameters.",
                            binding -> Policies.paramRef(binding.spec().findParamRef()))
                    .age()
                    .build())
            .build();

    private ValidatingAdmissionPolicyBindings() {}

    private static final class Rules implements Strategy<ValidatingAdmissionPolicyBinding> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        private static final List<String> ACTIONS = List.of("Audit", "Deny", "Warn");

        @Override
        public ValidatingAdmissionPolicyBinding withDefaults(ValidatingAdmissionPolicyBinding binding) {
            return ValidatingAdmissionPolicyBinding.of(Policies.bindingDefaults(binding.tree()));
        }

        @Override
        public void validate(ValidatingAdmissionPolicyBinding binding, FieldErrors errors) {
            ValidatingAdmissionPolicyBindingSpec spec = binding.spec();
            Policies.policyName(spec.policyName(), errors);
            spec.findParamRef().ifPresent(ref -> Policies.paramRef(ref, errors));
            spec.findMatchResources()
                    .ifPresent(match -> Matching.resources(match, Policies.SPEC.child("matchResources"), errors));
            actions(spec.validationActions(), Policies.SPEC.child("validationActions"), errors);
        }

        private static void actions(List<String> actions, FieldPath list, FieldErrors errors) {
            var seen = new HashSet<String>();
            for (int i = 0; i < actions.size(); i++) {
                Checks.supported(actions.get(i), ACTIONS, list.index(i), errors);
                if (!seen.add(actions.get(i))) errors.duplicate(list.index(i), actions.get(i));
            }
            if (seen.contains("Deny") && seen.contains("Warn"))
                errors.invalid(
                        list,
                        actions,
                        "must not contain both Deny and Warn (repeating the same validation failure information in the "
                                + "API response and headers serves no purpose)");
            if (actions.isEmpty()) errors.required(list, "at least one validation action is required");
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
