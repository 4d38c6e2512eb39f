package io.amphora.api.validation;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Volume;
import io.amphora.api.core.v1.VolumeDevice;
import io.amphora.api.core.v1.VolumeMount;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Where a container sees the volumes of its Pod. Several messages name the list rather than the item in it, as
/// Kubernetes' do.
final class Mounts {
    private static final List<String> PROPAGATION = List.of("Bidirectional", "HostToContainer", "None");
    private static final List<String> RECURSIVE = List.of("Disabled", "Enabled", "IfPossible");

    private Mounts() {}

    /// @param volumes the Pod's valid volumes, by name
    static void validate(Container container, Map<String, Volume> volumes, FieldPath at, FieldErrors errors) {
        if (!container.volumeMounts().isEmpty()) mounts(container, volumes, at.child("volumeMounts"), errors);
        if (!container.volumeDevices().isEmpty()) devices(container, volumes, at.child("volumeDevices"), errors);
    }

    private static void mounts(Container container, Map<String, Volume> volumes, FieldPath list, FieldErrors errors) {
        var devices = new HashMap<String, String>();
        for (VolumeDevice device : container.volumeDevices()) devices.put(device.name(), device.devicePath());
        var paths = new HashSet<String>();
        var mounts = container.volumeMounts();
        for (int i = 0; i < mounts.size(); i++) {
            VolumeMount mount = mounts.get(i);
            FieldPath at = list.index(i);
            FieldPath path = at.child("mountPath");
            Checks.required(mount.name(), at.child("name"), errors);
            Volume volume = volumes.get(mount.name());
            if (volume == null) errors.notFound(at.child("name"), mount.name());
            Checks.required(mount.mountPath(), path, errors);
            if (!paths.add(mount.mountPath())) errors.invalid(path, mount.mountPath(), "must be unique");
            if (devices.containsKey(mount.name()))
                errors.invalid(at.child("name"), mount.name(), "must not already exist in volumeDevices");
            if (devices.containsValue(mount.mountPath()))
                errors.invalid(path, mount.mountPath(), "must not already exist as a path in volumeDevices");
            subPath(mount, list, at, errors);
            propagation(mount, container, list.child("mountPropagation"), errors);
            recursiveReadOnly(mount, list.child("recursiveReadOnly"), errors);
        }
    }

    private static void subPath(VolumeMount mount, FieldPath list, FieldPath at, FieldErrors errors) {
        if (!mount.subPath().isEmpty()) Checks.descendingPath(mount.subPath(), list.child("subPath"), errors);
        if (mount.subPathExpr().isEmpty()) return;
        if (!mount.subPath().isEmpty())
            errors.invalid(
                    at.child("subPathExpr"), mount.subPathExpr(), "subPathExpr and subPath are mutually exclusive");
        Checks.descendingPath(mount.subPathExpr(), list.child("subPathExpr"), errors);
    }

    private static void propagation(VolumeMount mount, Container container, FieldPath at, FieldErrors errors) {
        if (mount.findMountPropagation().isEmpty()) return;
        Checks.supported(mount.mountPropagation(), PROPAGATION, at, errors);
        if (mount.mountPropagation().equals("Bidirectional")
                && !container.securityContext().privileged())
            errors.forbidden(at, "Bidirectional mount propagation is available only to privileged containers");
    }

    private static void recursiveReadOnly(VolumeMount mount, FieldPath at, FieldErrors errors) {
        if (mount.findRecursiveReadOnly().isEmpty()) return;
        switch (mount.recursiveReadOnly()) {
            case "Disabled" -> {}
            case "Enabled", "IfPossible" -> {
                if (!mount.readOnly()) errors.forbidden(at, "may only be specified when readOnly is true");
                if (!mount.mountPropagation().isEmpty()
                        && !mount.mountPropagation().equals("None"))
                    errors.forbidden(at, "may only be specified when mountPropagation is None or not specified");
            }
            default -> errors.notSupported(at, mount.recursiveReadOnly(), RECURSIVE);
        }
    }

    private static void devices(Container container, Map<String, Volume> volumes, FieldPath list, FieldErrors errors) {
        var mounts = new HashMap<String, String>();
        for (VolumeMount mount : container.volumeMounts()) mounts.put(mount.name(), mount.mountPath());
        var names = new HashSet<String>();
        var paths = new HashSet<String>();
        var devices = container.volumeDevices();
        for (int i = 0; i < devices.size(); i++) {
            String name = devices.get(i).name();
            String path = devices.get(i).devicePath();
            FieldPath nameAt = list.index(i).child("name");
            FieldPath pathAt = list.index(i).child("devicePath");
            Checks.required(name, nameAt, errors);
            if (names.contains(name)) errors.invalid(nameAt, name, "must be unique");
            Volume volume = volumes.get(name);
            if (volume == null) errors.notFound(nameAt, name);
            else if (volume.findPersistentVolumeClaim().isEmpty()
                    && volume.findEphemeral().isEmpty())
                errors.invalid(
                        nameAt,
                        name,
                        "can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode");
            Checks.required(path, pathAt, errors);
            if (paths.contains(path)) errors.invalid(pathAt, path, "must be unique");
            if (Checks.goesUp(path)) errors.invalid(pathAt, path, "can not contain backsteps ('..')");
            else paths.add(path);
            if (mounts.containsKey(name)) errors.invalid(nameAt, name, "must not already exist in volumeMounts");
            if (mounts.containsValue(path))
                errors.invalid(pathAt, path, "must not already exist as a path in volumeMounts");
            if (!name.isEmpty()) names.add(name);
        }
    }
}
