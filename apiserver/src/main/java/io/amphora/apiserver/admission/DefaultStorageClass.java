package io.amphora.apiserver.admission;

import io.amphora.api.core.v1.StorageClassAnnotation;
import io.amphora.api.storage.v1.StorageClass;
import io.amphora.api.storage.v1.StorageClasses;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.Comparator;

/// A claim that names no storage class gets the default one; of several defaults the newest.
public final class DefaultStorageClass implements AdmissionPlugin {
    private static final String DEFAULT = "storageclass.kubernetes.io/is-default-class";

    @Override
    public String name() {
        return "DefaultStorageClass";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!request.is("", "PersistentVolumeClaim", Operation.CREATE)) return object;
        boolean named = object.object("spec").has("storageClassName")
                || object.object("metadata").object("annotations").has(StorageClassAnnotation.NAME);
        if (named) return object;
        return request.cluster().list(StorageClasses.DEFINITION, "").stream()
                .map(entry -> StorageClass.of(entry.value().tree()))
                .filter(each -> "true".equals(each.metadata().annotations().get(DEFAULT)))
                .max(Comparator.comparing((StorageClass each) ->
                                each.metadata().findCreationTimestamp().orElse(Instant.EPOCH))
                        .thenComparing(StorageClass::name, Comparator.reverseOrder()))
                .map(each -> object.withAt(Tree.of(each.name()), "spec", "storageClassName"))
                .orElse(object);
    }
}
