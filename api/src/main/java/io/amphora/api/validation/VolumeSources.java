package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// The sorts of storage that both Pods and PersistentVolumes can name. Most only need some fields to be there.
final class VolumeSources {
    static final String LONG_PORTAL =
            "Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.";

    private static final Map<String, List<String>> REQUIRED = Map.ofEntries(
            Map.entry("gcePersistentDisk", List.of("pdName")),
            Map.entry("awsElasticBlockStore", List.of("volumeID")),
            Map.entry("glusterfs", List.of("endpoints", "path")),
            Map.entry("vsphereVolume", List.of("volumePath")),
            Map.entry("photonPersistentDisk", List.of("pdID")),
            Map.entry("portworxVolume", List.of("volumeID")),
            Map.entry("scaleIO", List.of("gateway", "system", "volumeName")),
            Map.entry("azureFile", List.of("secretName", "shareName")),
            Map.entry("azureDisk", List.of("diskName", "diskURI")),
            Map.entry("cinder", List.of("volumeID")),
            Map.entry("nfs", List.of("server", "path")),
            Map.entry("flexVolume", List.of("driver")));

    private static final List<String> HOST_PATH_TYPES = List.of(
            "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket");

    private static final Pattern IQN = Pattern.compile("iqn\\.\\d{4}-\\d{2}\\.([a-z0-9-.]+)(:[^,;*&$|\\s]+)?");
    private static final Pattern EUI = Pattern.compile("eui.[a-zA-Z0-9]{16}");
    private static final Pattern NAA = Pattern.compile("naa.[a-zA-Z0-9]{32}");

    private VolumeSources() {}

    /// @param persistent whether it is a PersistentVolume's, whose references name a namespace
    static void validate(String type, ObjectTree source, boolean persistent, FieldPath at, FieldErrors errors) {
        for (String name : REQUIRED.getOrDefault(type, List.of()))
            Checks.required(source.text(name), at.child(name), errors);
        switch (type) {
            case "hostPath" -> hostPath(source, at, errors);
            case "gitRepo" -> {
                Checks.required(source.text("repository"), at.child("repository"), errors);
                Checks.descendingPath(source.text("directory"), at.child("directory"), errors);
            }
            case "gcePersistentDisk", "awsElasticBlockStore" -> {
                long partition = source.whole("partition");
                if (partition < 0 || partition > 255)
                    errors.invalid(at.child("partition"), partition, "must be between 1 and 255, inclusive");
            }
            case "nfs" -> {
                if (!source.text("path").startsWith("/"))
                    errors.invalid(at.child("path"), source.text("path"), "must be an absolute path");
            }
            case "iscsi" -> iscsi(source, persistent, at, errors);
            case "fc" -> fibreChannel(source, at, errors);
            case "flocker" -> flocker(source, at, errors);
            case "rbd" -> {
                if (source.list("monitors").isEmpty()) errors.required(at.child("monitors"), "");
                Checks.required(source.text("image"), at.child("image"), errors);
            }
            case "cephfs" -> {
                if (source.list("monitors").isEmpty()) errors.required(at.child("monitors"), "");
            }
            case "cinder" -> secretRef(source, persistent, at, errors);
            case "quobyte" -> quobyte(source, at, errors);
            case "flexVolume" -> flexOptions(source, at, errors);
            case "azureFile" -> {
                if (persistent && source.find("secretNamespace") instanceof Tree.Text)
                    Checks.required(source.text("secretNamespace"), at.child("secretNamespace"), errors);
            }
            case "azureDisk" -> azureDisk(source, at, errors);
            case "storageos" -> storageOs(source, persistent, at, errors);
            case "csi" -> csi(source, persistent, at, errors);
            case "local" -> {
                Checks.required(source.text("path"), at.child("path"), errors);
                Checks.noWayUp(source.text("path"), at.child("path"), errors);
            }
            default -> {}
        }
    }

    private static void hostPath(ObjectTree source, FieldPath at, FieldErrors errors) {
        String path = source.text("path");
        if (path.isEmpty()) {
            errors.required(at.child("path"), "");
            return;
        }
        Checks.noWayUp(path, at.child("path"), errors);
        Checks.supported(source.text("type"), HOST_PATH_TYPES, at.child("type"), errors);
    }

    private static void iscsi(ObjectTree source, boolean persistent, FieldPath at, FieldErrors errors) {
        Checks.required(source.text("targetPortal"), at.child("targetPortal"), errors);
        String iqn = source.text("iqn");
        if (iqn.isEmpty()) errors.required(at.child("iqn"), "");
        else iscsiName(iqn, persistent, at.child("iqn"), errors);
        long lun = source.whole("lun");
        errors.invalidAll(at.child("lun"), lun, Names.isInRange(lun, 0, 255));
        boolean secret = source.has("secretRef");
        if ((source.bool("chapAuthDiscovery") || source.bool("chapAuthSession")) && !secret)
            errors.required(at.child("secretRef"), "");
        if (persistent && secret)
            Checks.required(
                    source.object("secretRef").text("name"),
                    at.child("secretRef").child("name"),
                    errors);
        if (source.has("initiatorName"))
            iscsiName(source.text("initiatorName"), persistent, at.child("initiatorname"), errors);
    }

    private static void iscsiName(String name, boolean persistent, FieldPath at, FieldErrors errors) {
        Pattern pattern =
                name.startsWith("iqn") ? IQN : name.startsWith("eui") ? EUI : name.startsWith("naa") ? NAA : null;
        if (pattern == null)
            errors.invalid(
                    at,
                    name,
                    persistent ? "must be valid format" : "must be valid format starting with iqn, eui, or naa");
        else if (!pattern.matcher(name).matches()) errors.invalid(at, name, "must be valid format");
    }

    private static void fibreChannel(ObjectTree source, FieldPath at, FieldErrors errors) {
        boolean names = !source.list("targetWWNs").isEmpty();
        boolean ids = !source.list("wwids").isEmpty();
        FieldPath field = at.child("targetWWNs");
        if (!names && !ids) errors.required(field, "must specify either targetWWNs or wwids, but not both");
        if (names && ids)
            errors.invalid(field, source.get("targetWWNs"), "targetWWNs and wwids can not be specified simultaneously");
        if (!names) return;
        if (!source.has("lun")) errors.required(at.child("lun"), "lun is required if targetWWNs is specified");
        else errors.invalidAll(at.child("lun"), source.whole("lun"), Names.isInRange(source.whole("lun"), 0, 255));
    }

    private static void flocker(ObjectTree source, FieldPath at, FieldErrors errors) {
        String name = source.text("datasetName");
        boolean id = !source.text("datasetUUID").isEmpty();
        if (name.isEmpty() && !id) errors.required(at, "one of datasetName and datasetUUID is required");
        if (!name.isEmpty() && id)
            errors.invalid(at, "resource", "datasetName and datasetUUID can not be specified simultaneously");
        if (name.contains("/")) errors.invalid(at.child("datasetName"), name, "must not contain '/'");
    }

    private static void quobyte(ObjectTree source, FieldPath at, FieldErrors errors) {
        String registry = source.text("registry");
        String pairs = "must be a host:port pair or multiple pairs separated by commas";
        if (registry.isEmpty()) errors.required(at.child("registry"), pairs);
        else if (source.text("tenant").length() >= 65)
            errors.required(at.child("tenant"), "must be a UUID and may not exceed a length of 64 characters");
        else
            for (String pair : registry.split(",", -1))
                if (pair.indexOf(':') < 0) errors.invalid(at.child("registry"), registry, pairs);
        Checks.required(source.text("volume"), at.child("volume"), errors);
    }

    private static void flexOptions(ObjectTree source, FieldPath at, FieldErrors errors) {
        for (String key : source.object("options").names()) {
            int slash = key.indexOf('/');
            String namespace = "." + (slash < 0 ? key : key.substring(0, slash)).toLowerCase(Locale.ROOT);
            if (namespace.endsWith(".kubernetes.io") || namespace.endsWith(".k8s.io"))
                errors.invalid(at.child("options").key(key), key, "kubernetes.io and k8s.io namespaces are reserved");
        }
    }

    private static void azureDisk(ObjectTree source, FieldPath at, FieldErrors errors) {
        if (source.has("cachingMode"))
            Checks.supported(
                    source.text("cachingMode"),
                    List.of("None", "ReadOnly", "ReadWrite"),
                    at.child("cachingMode"),
                    errors);
        if (!source.has("kind")) return;
        String kind = source.text("kind");
        String uri = source.text("diskURI");
        Checks.supported(kind, List.of("Dedicated", "Managed", "Shared"), at.child("kind"), errors);
        if (kind.equals("Managed") && !uri.startsWith("/subscriptions/"))
            errors.notSupported(
                    at.child("diskURI"),
                    uri,
                    List.of(
                            "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"));
        if (!kind.equals("Managed") && !uri.startsWith("https://"))
            errors.notSupported(
                    at.child("diskURI"),
                    uri,
                    List.of("https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"));
    }

    private static void storageOs(ObjectTree source, boolean persistent, FieldPath at, FieldErrors errors) {
        String name = source.text("volumeName");
        if (name.isEmpty()) errors.required(at.child("volumeName"), "");
        else Checks.label(name, at.child("volumeName"), errors);
        String namespace = source.text("volumeNamespace");
        if (!namespace.isEmpty()) Checks.label(namespace, at.child("volumeNamespace"), errors);
        secretRef(source, persistent, at, errors);
    }

    private static void secretRef(ObjectTree source, boolean persistent, FieldPath at, FieldErrors errors) {
        if (!(source.find("secretRef") instanceof ObjectTree secret)) return;
        FieldPath field = at.child("secretRef");
        Checks.required(secret.text("name"), field.child("name"), errors);
        if (persistent) Checks.required(secret.text("namespace"), field.child("namespace"), errors);
    }

    private static void csi(ObjectTree source, boolean persistent, FieldPath at, FieldErrors errors) {
        if (persistent && source.text("driver").isEmpty()) errors.required(at.child("driver"), "");
        else driverName(source.text("driver"), at.child("driver"), errors);
        if (persistent) {
            Checks.required(source.text("volumeHandle"), at.child("volumeHandle"), errors);
            for (String name : List.of(
                    "controllerPublishSecretRef",
                    "controllerExpandSecretRef",
                    "nodePublishSecretRef",
                    "nodeExpandSecretRef"))
                if (source.find(name) instanceof ObjectTree secret) {
                    FieldPath field = at.child(name);
                    named(secret.text("name"), field.child("name"), true, errors);
                    named(secret.text("namespace"), field.child("namespace"), false, errors);
                }
        } else if (source.find("nodePublishSecretRef") instanceof ObjectTree secret) {
            String name = secret.text("name");
            if (name.isEmpty()) errors.required(at.child("nodePublishSecretRef").child("name"), "");
            else Checks.subdomain(name, at.child("name"), errors);
        }
    }

    private static void named(String name, FieldPath at, boolean subdomain, FieldErrors errors) {
        if (name.isEmpty()) errors.required(at, "");
        else if (subdomain) Checks.subdomain(name, at, errors);
        else Checks.label(name, at, errors);
    }

    /// The name of a CSI driver: a domain name of at most 63 characters, capitals allowed.
    static void driverName(String name, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) errors.required(at, "");
        if (name.length() > 63) errors.tooLong(at, 63);
        errors.invalidAll(at, name, Names.isDNS1123Subdomain(name.toLowerCase(Locale.ROOT)));
    }
}
