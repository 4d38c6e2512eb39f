package io.amphora.api.admissionregistration.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class ValidatingAdmissionPolicies {
    public static final ResourceDefinition<ValidatingAdmissionPolicy> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", ValidatingAdmissionPolicy::of)
            .plural("validatingadmissionpolicies")
            .categories("api-extensions")
            .subresources("status")
            .strategy(new Rules())
            .build();

    private ValidatingAdmissionPolicies() {}

    private static final class Rules extends SpecAndStatus<ValidatingAdmissionPolicy> {
        Rules() {
            super(ValidatingAdmissionPolicy::of);
        }
    }
}
