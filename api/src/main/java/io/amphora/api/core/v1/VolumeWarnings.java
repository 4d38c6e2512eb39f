package io.amphora.api.core.v1;

import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Volumes of sorts that are gone, and files of a volume that hide one another.
final class VolumeWarnings {
    private static final Map<String, String> GONE = new LinkedHashMap<>();

    static {
        GONE.put("photonPersistentDisk", "deprecated in v1.11, non-functional in v1.16+");
        GONE.put("gitRepo", "deprecated in v1.11, and disabled by default in v1.33+");
        GONE.put("scaleIO", "deprecated in v1.16, non-functional in v1.22+");
        GONE.put("flocker", "deprecated in v1.22, non-functional in v1.25+");
        GONE.put("storageos", "deprecated in v1.22, non-functional in v1.25+");
        GONE.put("quobyte", "deprecated in v1.22, non-functional in v1.25+");
        GONE.put("glusterfs", "deprecated in v1.25, non-functional in v1.26+");
        GONE.put("cephfs", "deprecated in v1.28, non-functional in v1.31+");
        GONE.put("rbd", "deprecated in v1.28, non-functional in v1.31+");
    }

    private VolumeWarnings() {}

    static void of(Volume volume, FieldPath at, List<String> warnings) {
        gone(volume.tree(), at, warnings);
        String name = GoText.quote(volume.name());
        overlaps(
                name + " (ConfigMap " + GoText.quote(volume.configMap().name()) + ")",
                files(volume.configMap().tree(), ""),
                warnings);
        overlaps(
                name + " (Secret " + GoText.quote(volume.secret().secretName()) + ")",
                files(volume.secret().tree(), ""),
                warnings);
        overlaps(name + " (DownwardAPI)", files(volume.downwardAPI().tree(), ""), warnings);
        var projected = new ArrayList<VolumeFile>();
        for (VolumeProjection source : volume.projected().sources()) {
            if (source.tree().isEmpty()) warnings.add("volume " + name + " (Projected) has no sources provided");
            projected.addAll(files(source));
        }
        for (String overlap : VolumeFile.overlaps(projected))
            warnings.add("volume " + name + " (Projected): overlapping paths: " + overlap);
    }

    /// Of a Pod's volume, or of a PersistentVolume's spec.
    static void gone(ObjectTree volume, FieldPath at, List<String> warnings) {
        GONE.forEach((type, what) -> {
            if (volume.has(type)) warnings.add(at.child(type.equals("storageos") ? "storageOS" : type) + ": " + what);
        });
    }

    private static void overlaps(String volume, List<VolumeFile> files, List<String> warnings) {
        var overlaps = VolumeFile.overlaps(files);
        if (!overlaps.isEmpty())
            warnings.add("volume " + volume + ": overlapping paths: " + String.join(", ", overlaps));
    }

    private static List<VolumeFile> files(VolumeProjection source) {
        if (source.findConfigMap().isPresent())
            return files(
                    source.configMap().tree(),
                    "ConfigMap " + GoText.quote(source.configMap().name()));
        if (source.findSecret().isPresent())
            return files(
                    source.secret().tree(),
                    "Secret " + GoText.quote(source.secret().name()));
        if (source.findDownwardAPI().isPresent())
            return files(source.downwardAPI().tree(), "DownwardAPI");
        if (source.findServiceAccountToken().isPresent())
            return List.of(new VolumeFile(source.serviceAccountToken().path(), "ServiceAccountToken"));
        return List.of();
    }

    private static List<VolumeFile> files(ObjectTree source, String name) {
        ListTree items = source.list("items");
        var files = new ArrayList<VolumeFile>(items.size());
        for (Tree item : items) {
            String path = item.object().text("path");
            files.add(new VolumeFile(path.endsWith("/") ? path.substring(0, path.length() - 1) : path, name));
        }
        return files;
    }
}
