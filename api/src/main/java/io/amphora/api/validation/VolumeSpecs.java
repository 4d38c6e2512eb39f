package io.amphora.api.validation;

import io.amphora.api.core.v1.PersistentVolumeSpec;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;

/// What a PersistentVolume says of itself, also where one stands inside a VolumeAttachment.
public final class VolumeSpecs {
    private static final List<String> RECLAIM_POLICIES = List.of("Delete", "Recycle", "Retain");

    /// The sorts of storage in the order in which Kubernetes looks for them.
    private static final List<String> SOURCES = List.of(
            "hostPath",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "glusterfs",
            "flocker",
            "nfs",
            "rbd",
            "quobyte",
            "cephfs",
            "iscsi",
            "cinder",
            "fc",
            "flexVolume",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "scaleIO",
            "local",
            "storageos",
            "csi");

    private static final Map<String, String> SPELLING = Map.of("cephfs", "cephFS");

    private VolumeSpecs() {}

    /// @param inline whether it stands inside another object, where it may only be a CSI volume
    public static void validate(
            PersistentVolumeSpec spec, String name, boolean inline, FieldPath at, FieldErrors errors) {
        if (inline) inline(spec, at, errors);
        if (spec.accessModes().isEmpty()) errors.required(at.child("accessModes"), "");
        Claims.accessModes(spec.accessModes(), at.child("accessModes"), errors);
        if (!inline) capacity(spec, at.child("capacity"), errors);
        String policy = spec.persistentVolumeReclaimPolicy();
        if (!policy.isEmpty() && !inline)
            Checks.supported(policy, RECLAIM_POLICIES, at.child("persistentVolumeReclaimPolicy"), errors);
        if (inline && !policy.isEmpty() && !policy.equals("Retain"))
            errors.forbidden(
                    at.child("persistentVolumeReclaimPolicy"), "may only be Retain in the context of inline volumes");
        if (!inline) nodeAffinity(spec, at.child("nodeAffinity"), errors);
        source(spec, name, at, errors);
        if (spec.hostPath().path().matches("/+") && policy.equals("Recycle"))
            errors.forbidden(
                    at.child("persistentVolumeReclaimPolicy"), "may not be 'recycle' for a hostPath mount of '/'");
        classes(spec, inline, at, errors);
    }

    private static void inline(PersistentVolumeSpec spec, FieldPath at, FieldErrors errors) {
        String why = "may not be specified in the context of inline volumes";
        if (spec.findClaimRef().isPresent()) errors.forbidden(at.child("claimRef"), why);
        if (!spec.capacity().isEmpty()) errors.forbidden(at.child("capacity"), why);
        if (spec.findCsi().isEmpty())
            errors.required(at.child("csi"), "has to be specified in the context of inline volumes");
        if (spec.findNodeAffinity().isPresent()) errors.forbidden(at.child("nodeAffinity"), why);
    }

    private static void capacity(PersistentVolumeSpec spec, FieldPath at, FieldErrors errors) {
        var capacity = spec.capacity();
        if (capacity.isEmpty()) errors.required(at, "");
        if (!capacity.containsKey("storage") || capacity.size() > 1)
            errors.notSupported(at, spec.tree().get("capacity"), List.of("storage"));
        capacity.forEach((name, text) -> {
            Quantity quantity = Quantity.parse(text);
            if (quantity.sign() < 0)
                errors.invalid(at.key(name), quantity.value(), "must be a valid resource quantity");
            if (quantity.sign() <= 0) errors.invalid(at.key(name), quantity.toString(), "must be greater than zero");
        });
    }

    private static void nodeAffinity(PersistentVolumeSpec spec, FieldPath at, FieldErrors errors) {
        if (spec.findNodeAffinity().isEmpty()) return;
        if (spec.nodeAffinity().findRequired().isEmpty())
            errors.required(at.child("required"), "must specify required node constraints");
        else NodeSelectors.selector(spec.nodeAffinity().required(), at.child("required"), errors);
    }

    private static void source(PersistentVolumeSpec spec, String name, FieldPath at, FieldErrors errors) {
        boolean found = false;
        for (String type : SOURCES) {
            if (!(spec.tree().find(type) instanceof ObjectTree source)) continue;
            if (found) {
                errors.forbidden(
                        at.child(SPELLING.getOrDefault(type, type)), "may not specify more than 1 volume type");
                continue;
            }
            found = true;
            if (type.equals("iscsi")
                    && source.has("initiatorName")
                    && (name + ":" + source.text("targetPortal")).length() > 64)
                errors.invalid(
                        at.child("iscsi").child("targetportal"),
                        source.text("targetPortal"),
                        VolumeSources.LONG_PORTAL);
            String path = type.equals("gcePersistentDisk") ? "persistentDisk" : type;
            VolumeSources.validate(type, source, true, at.child(path), errors);
            if (type.equals("local") && spec.findNodeAffinity().isEmpty())
                errors.required(at.child("nodeAffinity"), "Local volume requires node affinity");
        }
        if (!found) errors.required(at, "must specify a volume type");
    }

    private static void classes(PersistentVolumeSpec spec, boolean inline, FieldPath at, FieldErrors errors) {
        String storageClass = spec.storageClassName();
        if (!storageClass.isEmpty()) {
            if (inline)
                errors.forbidden(at.child("storageClassName"), "may not be specified in the context of inline volumes");
            else Checks.subdomain(storageClass, at.child("storageClassName"), errors);
        }
        spec.findVolumeMode().ifPresent(mode -> {
            if (!inline) Checks.supported(mode, Claims.VOLUME_MODES, at.child("volumeMode"), errors);
            else if (!mode.equals("Filesystem"))
                errors.forbidden(
                        at.child("volumeMode"),
                        "may not specify volumeMode other than Filesystem in the context of inline volumes");
        });
        spec.findVolumeAttributesClassName().ifPresent(attributes -> {
            FieldPath field = at.child("volumeAttributesClassName");
            if (attributes.isEmpty()) errors.required(field, "an empty string is disallowed");
            else Checks.subdomain(attributes, field, errors);
            if (spec.findCsi().isEmpty())
                errors.required(at.child("csi"), "has to be specified when using volumeAttributesClassName");
        });
    }
}
