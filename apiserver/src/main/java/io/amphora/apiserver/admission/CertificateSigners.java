package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.certificates.v1.CertificateSigningRequest;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.Attributes;
import io.amphora.apiserver.auth.Authorizer;
import io.amphora.machinery.tree.ObjectTree;

/// Only who may `approve` for a signer approves or denies requests to it, and only who may `sign` for it signs them
/// (CertificateApproval and CertificateSigning in Kubernetes).
public final class CertificateSigners implements AdmissionPlugin {
    private final Authorizer authorizer;

    public CertificateSigners(Authorizer authorizer) {
        this.authorizer = authorizer;
    }

    @Override
    public String name() {
        return "CertificateApproval";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        boolean concerned = request.operation() == Operation.UPDATE
                && request.resource().qualifiedName().equals("certificatesigningrequests.certificates.k8s.io");
        if (!concerned) return;
        var old = CertificateSigningRequest.of(request.old().orElse(object));
        switch (request.subresource()) {
            case "approval" -> require(request, "approve", old.spec().signerName());
            case "status" -> {
                if (signs(old, CertificateSigningRequest.of(object)))
                    require(request, "sign", old.spec().signerName());
            }
            default -> {}
        }
    }

    private static boolean signs(CertificateSigningRequest old, CertificateSigningRequest now) {
        ObjectTree before = old.status().tree();
        ObjectTree after = now.status().tree();
        return !before.get("certificate").equals(after.get("certificate"))
                || !before.get("conditions").equals(after.get("conditions"));
    }

    /// A right for one signer, or for all of a domain (`example.com/*`).
    private void require(AdmissionRequest request, String verb, String signer) {
        String domain = signer.substring(0, Math.max(0, signer.indexOf('/')));
        if (may(request, verb, signer) || may(request, verb, domain + "/*")) return;
        throw ApiException.forbidden(
                request.resource(),
                request.name(),
                "user not permitted to " + verb + " requests with signerName \"" + signer + "\"");
    }

    private boolean may(AdmissionRequest request, String verb, String signer) {
        var what = Attributes.of(request.user(), verb, "certificates.k8s.io", "signers", "", "", signer);
        return authorizer.decide(what) instanceof Authorizer.Decision.Allowed;
    }
}
