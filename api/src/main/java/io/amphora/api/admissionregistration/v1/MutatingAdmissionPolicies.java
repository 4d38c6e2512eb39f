package io.amphora.api.admissionregistration.v1;

import io.amphora.api.ResourceDefinition;

public final class MutatingAdmissionPolicies {
    public static final ResourceDefinition<MutatingAdmissionPolicy> DEFINITION = ResourceDefinition.of(
                    "admissionregistration.k8s.io/v1", "MutatingAdmissionPolicy", MutatingAdmissionPolicy::of)
            .plural("mutatingadmissionpolicies")
            .categories("api-extensions")
            .build();

    private MutatingAdmissionPolicies() {}
}
