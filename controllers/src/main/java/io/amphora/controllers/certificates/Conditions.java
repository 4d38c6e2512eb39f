package io.amphora.controllers.certificates;

import io.amphora.api.certificates.v1.CertificateSigningRequest;

/// What has been said of a request; every condition of it that is there is true.
final class Conditions {
    private Conditions() {}

    static boolean has(CertificateSigningRequest request, String type) {
        return request.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals(type));
    }
}
