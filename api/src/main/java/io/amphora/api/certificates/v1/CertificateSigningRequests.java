package io.amphora.api.certificates.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;

public final class CertificateSigningRequests {
    public static final ResourceDefinition<CertificateSigningRequest> DEFINITION = ResourceDefinition.of(
                    "certificates.k8s.io/v1", "CertificateSigningRequest", CertificateSigningRequest::of)
            .shortNames("csr")
            .subresources("approval", "status")
            .strategy(new Rules())
            .build();

    private CertificateSigningRequests() {}

    private static final class Rules extends SpecAndStatus<CertificateSigningRequest> {
        Rules() {
            super(CertificateSigningRequest::of);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }
    }
}
