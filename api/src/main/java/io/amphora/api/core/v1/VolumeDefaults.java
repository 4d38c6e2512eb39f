package io.amphora.api.core.v1;

import static io.amphora.api.Defaults.absent;
import static io.amphora.api.Defaults.empty;
import static io.amphora.api.Defaults.in;

import io.amphora.machinery.tree.ObjectTree;

/// Defaults of the sorts of storage that both Pods and PersistentVolumes name.
final class VolumeDefaults {
    private VolumeDefaults() {}

    static ObjectTree sources(ObjectTree volume) {
        ObjectTree tree = in(volume, "hostPath", source -> absent(source, "type", ""));
        tree = in(tree, "iscsi", source -> empty(source, "iscsiInterface", "default"));
        tree = in(tree, "rbd", VolumeDefaults::rbd);
        tree = in(tree, "scaleIO", source -> empty(empty(source, "storageMode", "ThinProvisioned"), "fsType", "xfs"));
        return in(tree, "azureDisk", VolumeDefaults::azureDisk);
    }

    private static ObjectTree rbd(ObjectTree source) {
        return empty(empty(empty(source, "pool", "rbd"), "user", "admin"), "keyring", "/etc/ceph/keyring");
    }

    private static ObjectTree azureDisk(ObjectTree source) {
        ObjectTree tree = absent(source, "cachingMode", "ReadWrite");
        tree = absent(tree, "kind", "Shared");
        tree = absent(tree, "fsType", "ext4");
        return absent(tree, "readOnly", false);
    }
}
