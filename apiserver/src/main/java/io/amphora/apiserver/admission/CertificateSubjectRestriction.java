package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.CertificationRequest;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// Nobody becomes a member of `system:masters`, whom no authorizer stops, by a certificate that somebody approved.
public final class CertificateSubjectRestriction implements AdmissionPlugin {
    private static final String CLIENT = "kubernetes.io/kube-apiserver-client";

    @Override
    public String name() {
        return "CertificateSubjectRestriction";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("certificates.k8s.io", "CertificateSigningRequest", Operation.CREATE)) return;
        var spec = CertificateSigningRequest.of(object).spec();
        if (!spec.signerName().equals(CLIENT)) return;
        if (organizations(request, spec.request()).contains(User.MASTERS))
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "use of " + CLIENT + " signer with " + User.MASTERS + " group is not allowed");
    }

    private static List<String> organizations(AdmissionRequest request, byte[] pem) {
        try {
            return CertificationRequest.read(pem).subject().organizations();
        } catch (IllegalArgumentException unreadable) {
            throw ApiException.forbidden(request.resource(), request.name(), String.valueOf(unreadable.getMessage()));
        }
    }
}
