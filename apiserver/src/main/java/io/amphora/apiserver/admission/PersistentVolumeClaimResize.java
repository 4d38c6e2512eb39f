package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.storage.v1.StorageClass;
import io.amphora.api.storage.v1.StorageClasses;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// A claim grows only when it is bound, and its storage class says that its volumes can.
public final class PersistentVolumeClaimResize implements AdmissionPlugin {
    @Override
    public String name() {
        return "PersistentVolumeClaimResize";
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "PersistentVolumeClaim", Operation.UPDATE)
                || request.old().isEmpty()) return;
        ObjectTree old = request.old().get();
        if (storage(object).compareTo(storage(old)) <= 0) return;
        if (!old.object("status").text("phase").equals("Bound"))
            throw forbidden(request, "Only bound persistent volume claims can be expanded");
        String name = PersistentVolumeClaim.of(object).spec().storageClassName();
        boolean expands = !name.isEmpty()
                && PersistentVolumeClaim.of(old).spec().storageClassName().equals(name)
                && request.cluster()
                        .find(StorageClasses.DEFINITION, "", name)
                        .filter(stored -> StorageClass.of(stored.tree()).allowVolumeExpansion())
                        .isPresent();
        if (!expands)
            throw forbidden(
                    request,
                    "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must"
                            + " support resize");
    }

    private static Quantity storage(ObjectTree claim) {
        Tree storage = claim.at("spec", "resources", "requests", "storage");
        return storage.isNull() ? Quantity.ZERO : Quantity.parse(storage);
    }

    private static ApiException forbidden(AdmissionRequest request, String why) {
        return ApiException.forbidden(request.resource(), request.name(), why);
    }
}
