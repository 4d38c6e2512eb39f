package io.amphora.api.validation;

import io.amphora.api.core.v1.ConfigMapVolumeSource;
import io.amphora.api.core.v1.DownwardAPIVolumeFile;
import io.amphora.api.core.v1.KeyToPath;
import io.amphora.api.core.v1.ProjectedVolumeSource;
import io.amphora.api.core.v1.SecretVolumeSource;
import io.amphora.api.core.v1.Volume;
import io.amphora.api.core.v1.VolumeProjection;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/// The volumes of a Pod.
final class Volumes {
    /// The sorts of volumes in the order in which Kubernetes looks for them. The first that is found is the
    /// volume's,
    /// each
    /// further one an error.
    private static final List<String> SOURCES = List.of(
            "emptyDir",
            "hostPath",
            "gitRepo",
            "gcePersistentDisk",
            "awsElasticBlockStore",
            "secret",
            "nfs",
            "iscsi",
            "glusterfs",
            "flocker",
            "persistentVolumeClaim",
            "rbd",
            "cinder",
            "cephfs",
            "quobyte",
            "downwardAPI",
            "fc",
            "flexVolume",
            "configMap",
            "azureFile",
            "vsphereVolume",
            "photonPersistentDisk",
            "portworxVolume",
            "azureDisk",
            "storageos",
            "projected",
            "scaleIO",
            "csi",
            "ephemeral",
            "image");

    /// Names in messages where they are not those of the fields.
    private static final Map<String, String> SPELLING = Map.of("cephfs", "cephFS", "downwardAPI", "downwarAPI");

    /// Fields of a Pod that a file of a downward API volume may hold.
    private static final List<String> FIELDS =
            List.of("metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid");

    private static final int MOST_MODE = 0777;
    private static final long LEAST_TOKEN_SECONDS = 600;
    private static final long MOST_TOKEN_SECONDS = 1L << 32;

    private Volumes() {}

    /// @param podName the Pod's name, "" in a template
    /// @return the valid ones by name; containers can mount these only
    static Map<String, Volume> validate(
            List<Volume> volumes, String podName, boolean pod, FieldPath list, FieldErrors errors) {
        if (volumes.isEmpty()) return Map.of();
        var madeClaims = new HashSet<String>();
        if (!podName.isEmpty())
            for (Volume volume : volumes)
                if (volume.findEphemeral().isPresent()) madeClaims.add(podName + "-" + volume.name());
        var valid = new HashMap<String, Volume>();
        for (int i = 0; i < volumes.size(); i++) {
            Volume volume = volumes.get(i);
            FieldPath at = list.index(i);
            int before = errors.size();
            source(volume, podName, pod, at, errors);
            if (volume.name().isEmpty()) errors.required(at.child("name"), "");
            else Checks.label(volume.name(), at.child("name"), errors);
            if (valid.containsKey(volume.name())) errors.duplicate(at.child("name"), volume.name());
            if (errors.size() == before) valid.put(volume.name(), volume);
            String claim = volume.persistentVolumeClaim().claimName();
            if (madeClaims.contains(claim))
                errors.invalid(
                        at.child("persistentVolumeClaim").child("claimName"),
                        claim,
                        "must not reference a PVC that gets created for an ephemeral volume");
        }
        return valid;
    }

    private static void source(Volume volume, String podName, boolean pod, FieldPath at, FieldErrors errors) {
        boolean found = false;
        for (String type : SOURCES) {
            if (!(volume.tree().find(type) instanceof ObjectTree source)) continue;
            if (found)
                errors.forbidden(
                        at.child(SPELLING.getOrDefault(type, type)), "may not specify more than 1 volume type");
            else source(type, source, volume.name(), podName, pod, at, errors);
            if (type.equals("iscsi")) iscsiName(source, volume.name(), at, errors);
            found = true;
        }
        if (!found) errors.required(at, "must specify a volume type");
    }

    private static void source(
            String type,
            ObjectTree source,
            String name,
            String podName,
            boolean pod,
            FieldPath volume,
            FieldErrors errors) {
        FieldPath at = volume.child(type);
        switch (type) {
            case "emptyDir" -> {
                if (source.has("sizeLimit")
                        && Quantity.parse(source.get("sizeLimit")).sign() < 0)
                    errors.forbidden(at.child("sizeLimit"), "SizeLimit field must be a valid resource quantity");
            }
            case "secret" -> secret(SecretVolumeSource.of(source), at, errors);
            case "configMap" -> configMap(ConfigMapVolumeSource.of(source), at, errors);
            case "persistentVolumeClaim" -> Checks.required(source.text("claimName"), at.child("claimName"), errors);
            case "downwardAPI" -> {
                mode(mode(source, "defaultMode"), at.child("defaultMode"), errors);
                for (var file : source.list("items")) file(DownwardAPIVolumeFile.of(file.object()), at, errors);
            }
            case "projected" -> projected(ProjectedVolumeSource.of(source), at, errors);
            case "gcePersistentDisk" ->
                VolumeSources.validate(type, source, false, volume.child("persistentDisk"), errors);
            case "ephemeral" -> {
                if (source.find("volumeClaimTemplate") instanceof ObjectTree template)
                    Claims.template(template, at.child("volumeClaimTemplate"), errors);
                else errors.required(at.child("volumeClaimTemplate"), "");
                if (!podName.isEmpty() && !name.isEmpty())
                    for (String wrong : Names.isDNS1123Subdomain(podName + "-" + name))
                        errors.invalid(
                                volume.child("name"), name, "PVC name \"" + podName + "-" + name + "\": " + wrong);
            }
            case "image" -> {
                if (pod && source.text("reference").isEmpty()) errors.required(at.child("reference"), "");
                Checks.oneOf(
                        source.text("pullPolicy"),
                        List.of("Always", "IfNotPresent", "Never"),
                        at.child("pullPolicy"),
                        errors);
            }
            default -> VolumeSources.validate(type, source, false, at, errors);
        }
    }

    private static void iscsiName(ObjectTree iscsi, String name, FieldPath at, FieldErrors errors) {
        if (iscsi.has("initiatorName") && (name + ":" + iscsi.text("targetPortal")).length() > 64)
            errors.invalid(at.child("name"), name, VolumeSources.LONG_PORTAL);
    }

    private static void secret(SecretVolumeSource secret, FieldPath at, FieldErrors errors) {
        Checks.required(secret.secretName(), at.child("secretName"), errors);
        mode(secret.findDefaultMode(), at.child("defaultMode"), errors);
        items(secret.items(), at.child("items"), errors);
    }

    private static void configMap(ConfigMapVolumeSource configMap, FieldPath at, FieldErrors errors) {
        Checks.required(configMap.name(), at.child("name"), errors);
        mode(configMap.findDefaultMode(), at.child("defaultMode"), errors);
        items(configMap.items(), at.child("items"), errors);
    }

    private static void items(List<KeyToPath> items, FieldPath list, FieldErrors errors) {
        for (int i = 0; i < items.size(); i++) item(items.get(i), list.index(i), errors);
    }

    private static void item(KeyToPath item, FieldPath at, FieldErrors errors) {
        Checks.required(item.key(), at.child("key"), errors);
        Checks.required(item.path(), at.child("path"), errors);
        Checks.unreservedPath(item.path(), at.child("path"), errors);
        mode(item.findMode(), at.child("mode"), errors);
    }

    private static OptionalInt mode(ObjectTree tree, String name) {
        return tree.has(name) ? OptionalInt.of((int) tree.whole(name)) : OptionalInt.empty();
    }

    private static void mode(OptionalInt mode, FieldPath at, FieldErrors errors) {
        if (mode.isPresent() && (mode.getAsInt() < 0 || mode.getAsInt() > MOST_MODE))
            errors.invalid(at, mode.getAsInt(), "must be a number between 0 and 0777 (octal), both inclusive");
    }

    private static void file(DownwardAPIVolumeFile file, FieldPath at, FieldErrors errors) {
        Checks.required(file.path(), at.child("path"), errors);
        Checks.unreservedPath(file.path(), at.child("path"), errors);
        if (file.findFieldRef().isPresent()) {
            EnvVars.fieldRef(file.fieldRef(), FIELDS, at.child("fieldRef"), errors);
            if (file.findResourceFieldRef().isPresent())
                errors.invalid(at, "resource", "fieldRef and resourceFieldRef can not be specified simultaneously");
        } else if (file.findResourceFieldRef().isPresent()) {
            EnvVars.resourceFieldRef(file.resourceFieldRef(), true, at.child("resourceFieldRef"), errors);
        } else {
            errors.required(at, "one of fieldRef and resourceFieldRef is required");
        }
        mode(file.findMode(), at.child("mode"), errors);
    }

    private static void projected(ProjectedVolumeSource projected, FieldPath at, FieldErrors errors) {
        mode(projected.findDefaultMode(), at.child("defaultMode"), errors);
        var paths = new HashSet<String>();
        var sources = projected.sources();
        for (int i = 0; i < sources.size(); i++)
            projection(sources.get(i), at, at.child("sources").index(i), paths, errors);
    }

    private static void projection(
            VolumeProjection source, FieldPath volume, FieldPath at, Set<String> paths, FieldErrors errors) {
        int sources = 0;
        if (source.findSecret().isPresent()) {
            sources++;
            projectedKeys(source.secret().name(), source.secret().items(), volume, at.child("secret"), paths, errors);
        }
        if (source.findConfigMap().isPresent()) {
            sources++;
            projectedKeys(
                    source.configMap().name(),
                    source.configMap().items(),
                    volume,
                    at.child("configMap"),
                    paths,
                    errors);
        }
        if (source.findDownwardAPI().isPresent()) {
            sources++;
            for (DownwardAPIVolumeFile file : source.downwardAPI().items()) {
                file(file, at.child("downwardAPI"), errors);
                if (!file.path().isEmpty()) unique(file.path(), file.path(), volume, paths, errors);
            }
        }
        if (source.findServiceAccountToken().isPresent()) {
            sources++;
            var token = source.serviceAccountToken();
            FieldPath seconds = at.child("serviceAccountToken").child("expirationSeconds");
            if (token.expirationSeconds() < LEAST_TOKEN_SECONDS)
                errors.invalid(seconds, token.expirationSeconds(), "may not specify a duration less than 10 minutes");
            if (token.expirationSeconds() > MOST_TOKEN_SECONDS)
                errors.invalid(
                        seconds, token.expirationSeconds(), "may not specify a duration larger than 2^32 seconds");
            if (token.path().isEmpty()) errors.required(volume.child("path"), "");
            else Checks.unreservedPath(token.path(), volume.child("path"), errors);
        }
        if (source.findClusterTrustBundle().isPresent()) {
            sources++;
            trustBundle(source, volume, at.child("clusterTrustBundle"), paths, errors);
        }
        if (source.findPodCertificate().isPresent()) {
            sources++;
            podCertificate(source, volume, at.child("podCertificate"), paths, errors);
        }
        if (sources > 1) errors.forbidden(at, "may not specify more than 1 volume type per source");
    }

    private static void projectedKeys(
            String name, List<KeyToPath> items, FieldPath volume, FieldPath at, Set<String> paths, FieldErrors errors) {
        Checks.required(name, at.child("name"), errors);
        for (int i = 0; i < items.size(); i++) {
            item(items.get(i), at.child("items").index(i), errors);
            String path = items.get(i).path();
            if (!path.isEmpty()) unique(path, name, volume, paths, errors);
        }
    }

    private static void unique(String path, String shown, FieldPath volume, Set<String> paths, FieldErrors errors) {
        if (!paths.add(path)) errors.invalid(volume, shown, "conflicting duplicate paths");
    }

    private static void trustBundle(
            VolumeProjection source, FieldPath volume, FieldPath at, Set<String> paths, FieldErrors errors) {
        var bundle = source.clusterTrustBundle();
        boolean named = bundle.findName().isPresent();
        boolean signed = bundle.findSignerName().isPresent();
        if (named && signed) {
            errors.invalid(at, bundle.tree(), "only one of name and signerName may be used");
        } else if (named) {
            if (bundle.name().isEmpty()) errors.required(at.child("name"), "must be a valid object name");
            if (bundle.findLabelSelector().isPresent())
                errors.invalid(
                        at.child("labelSelector"),
                        bundle.labelSelector().tree(),
                        "labelSelector must be unset if name is specified");
        } else if (signed) {
            if (bundle.signerName().isEmpty()) errors.required(at.child("signerName"), "must be a valid signer name");
            SignerNames.validate(bundle.signerName(), at.child("signerName"), errors);
            Labels.selector(bundle.findLabelSelector(), at.child("labelSelector"), errors);
        } else {
            errors.required(at, "either name or signerName must be specified");
        }
        Checks.required(bundle.path(), at.child("path"), errors);
        Checks.unreservedPath(bundle.path(), at.child("path"), errors);
        unique(bundle.path(), bundle.path(), volume, paths, errors);
    }

    private static void podCertificate(
            VolumeProjection source, FieldPath volume, FieldPath at, Set<String> paths, FieldErrors errors) {
        var certificate = source.podCertificate();
        SignerNames.validate(certificate.signerName(), at.child("signerName"), errors);
        Checks.supported(
                certificate.keyType(),
                List.of("ECDSAP256", "ECDSAP384", "ECDSAP521", "ED25519", "RSA3072", "RSA4096"),
                at.child("keyType"),
                errors);
        int files = 0;
        for (var file : Map.of(
                        "credentialBundlePath", certificate.credentialBundlePath(),
                        "keyPath", certificate.keyPath(),
                        "certificateChainPath", certificate.certificateChainPath())
                .entrySet()) {
            if (file.getValue().isEmpty()) continue;
            files++;
            Checks.unreservedPath(file.getValue(), at.child(file.getKey()), errors);
            unique(file.getValue(), file.getValue(), volume, paths, errors);
        }
        if (files == 0)
            errors.required(at, "specify at least one of credentialBundlePath, keyPath, and certificateChainPath");
    }
}
