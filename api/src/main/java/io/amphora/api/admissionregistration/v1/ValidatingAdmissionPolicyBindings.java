package io.amphora.api.admissionregistration.v1;

import io.amphora.api.ResourceDefinition;

public final class ValidatingAdmissionPolicyBindings {
    public static final ResourceDefinition<ValidatingAdmissionPolicyBinding> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1",
                    "ValidatingAdmissionPolicyBinding",
                    ValidatingAdmissionPolicyBinding::of)
            .categories("api-extensions")
            .build();

    private ValidatingAdmissionPolicyBindings() {}
}
