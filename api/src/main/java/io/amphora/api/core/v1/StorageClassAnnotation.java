package io.amphora.api.core.v1;

import io.amphora.api.meta.v1.ObjectMeta;
import java.util.List;

/// The annotation that named the class of a volume or claim before `storageClassName` did.
public final class StorageClassAnnotation {
    public static final String NAME = "volume.beta.kubernetes.io/storage-class";

    private StorageClassAnnotation() {}

    static List<String> warnings(ObjectMeta metadata) {
        return metadata.annotations().containsKey(NAME)
                ? List.of("metadata.annotations[" + NAME
                        + "]: deprecated since v1.8; use \"storageClassName\" attribute instead")
                : List.of();
    }
}
