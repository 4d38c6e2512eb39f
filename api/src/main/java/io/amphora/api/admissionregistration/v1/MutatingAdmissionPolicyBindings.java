package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Columns;
import io.amphora.api.MetadataChecks;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Strategy;
import io.amphora.machinery.field.FieldErrors;

/// Where a mutating policy counts, and with what parameters.
public final class MutatingAdmissionPolicyBindings {
    public static final ResourceDefinition<MutatingAdmissionPolicyBinding> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1",
                    "MutatingAdmissionPolicyBinding",
                    MutatingAdmissionPolicyBinding::of)
            .categories("api-extensions")
            .strategy(new Rules())
            .columns(Columns.<MutatingAdmissionPolicyBinding>builder()
                    .name()
                    .text("PolicyName", "The policy.", binding -> binding.spec().policyName())
                    .text(
                            "ParamRef",
                            "Its parameters.",
                            binding -> Policies.paramRef(binding.spec().findParamRef()))
                    .age()
                    .build())
            .build();

    private MutatingAdmissionPolicyBindings() {}

    private static final class Rules implements Strategy<MutatingAdmissionPolicyBinding> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.OBJECT;
        }

        @Override
        public MutatingAdmissionPolicyBinding withDefaults(MutatingAdmissionPolicyBinding binding) {
            return MutatingAdmissionPolicyBinding.of(Policies.bindingDefaults(binding.tree()));
        }

        @Override
        public void validate(MutatingAdmissionPolicyBinding binding, FieldErrors errors) {
            MutatingAdmissionPolicyBindingSpec spec = binding.spec();
            Policies.policyName(spec.policyName(), errors);
            spec.findParamRef().ifPresent(ref -> Policies.paramRef(ref, errors));
            spec.findMatchResources()
                    .ifPresent(match -> Matching.resources(match, Policies.SPEC.child("matchResources"), errors));
        }

        @Override
        public boolean allowUnconditionalUpdate() {
            return false;
        }
    }
}
