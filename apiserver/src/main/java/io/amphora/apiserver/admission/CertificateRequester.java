package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;

/// Writes into a new certificate request who made it, whatever it says itself: signers decide by that.
public final class CertificateRequester implements AdmissionPlugin {
    @Override
    public String name() {
        return "CertificateRequester";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("certificates.k8s.io", "CertificateSigningRequest", Operation.CREATE)) return object;
        User user = request.user();
        ObjectTree spec = object.object("spec")
                .without("uid")
                .without("groups")
                .without("extra")
                .with("username", user.name());
        if (!user.uid().isEmpty()) spec = spec.with("uid", user.uid());
        if (!user.groups().isEmpty()) spec = spec.with("groups", ListTree.from(user.groups()));
        if (!user.extra().isEmpty()) spec = spec.with("extra", ObjectTree.from(user.extra()));
        return object.with("spec", spec);
    }
}
