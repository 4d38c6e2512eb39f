package io.amphora.api.admissionregistration.v1;

import io.amphora.api.ResourceDefinition;

public final class MutatingAdmissionPolicyBindings {
    public static final ResourceDefinition<MutatingAdmissionPolicyBinding> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1",
                    "MutatingAdmissionPolicyBinding",
                    MutatingAdmissionPolicyBinding::of)
            .categories("api-extensions")
            .build();

    private MutatingAdmissionPolicyBindings() {}
}
