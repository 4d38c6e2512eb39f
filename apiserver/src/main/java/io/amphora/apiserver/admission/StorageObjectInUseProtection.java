package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Volumes, claims and classes of volume attributes stay while they are in use: each gets a
/// finalizer that its controller removes.
public final class StorageObjectInUseProtection implements AdmissionPlugin {
    @Override
    public String name() {
        return "StorageObjectInUseProtection";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (request.is("", "PersistentVolume", Operation.CREATE)) return with(object, "kubernetes.io/pv-protection");
        if (request.is("", "PersistentVolumeClaim", Operation.CREATE))
            return with(object, "kubernetes.io/pvc-protection");
        if (request.is("storage.k8s.io", "VolumeAttributesClass", Operation.CREATE))
            return with(object, "kubernetes.io/vac-protection");
        return object;
    }

    private static ObjectTree with(ObjectTree object, String finalizer) {
        var finalizers = object.object("metadata").list("finalizers");
        Tree wanted = Tree.of(finalizer);
        return finalizers.items().contains(wanted)
                ? object
                : object.withAt(finalizers.plus(wanted), "metadata", "finalizers");
    }
}
