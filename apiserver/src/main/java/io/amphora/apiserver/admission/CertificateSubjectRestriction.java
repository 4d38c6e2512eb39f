package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.api.certificates.v1.RequestSubject;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ObjectTree;

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
        boolean master = RequestSubject.read(spec.request())
                .filter(subject -> subject.organizations().contains(User.MASTERS))
                .isPresent();
        if (master)
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "use of " + CLIENT + " signer with " + User.MASTERS + " group is not allowed");
    }
}
