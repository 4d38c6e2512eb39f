package io.amphora.runtime;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// An image of one layer, made from files and written as a tar of the OCI image layout (image-spec 1.0). The
/// same files
/// make
/// the same image, byte for byte.
///
/// ```
/// oci-layout
/// index.json ──▶ blobs/sha256/<manifest> ──▶ blobs/sha256/<config>
///                                        └─▶ blobs/sha256/<layer>
/// ```
///
/// @param name full or short: `busybox` is `docker.io/library/busybox:latest`
/// @param architecture in Go's words: `amd64`, `arm64`
/// @param user "" for root
public record OciImage(
        String name,
        String architecture,
        List<Entry> files,
        List<String> entrypoint,
        List<String> command,
        Map<String, String> env,
        String user,
        String workingDir) {

    /// The annotation from which containerd takes an image's name.
    static final String NAME_ANNOTATION = "io.containerd.image.name";

    /// What lies at a path (without a leading slash) of the image. Folders on the way need not be named.
    public sealed interface Entry {
        String path();

        record File(String path, int mode, byte[] content) implements Entry {}

        record Directory(String path, int mode) implements Entry {}

        record Link(String path, String target) implements Entry {}
    }

    /// An image of a program and nothing else.
    public static OciImage of(String name, String architecture, List<Entry> files, List<String> entrypoint) {
        return new OciImage(name, architecture, files, entrypoint, List.of(), Map.of(), "", "");
    }

    /// This machine's architecture in Go's words.
    public static String hostArchitecture() {
        String arch = System.getProperty("os.arch");
        return switch (arch) {
            case "amd64", "x86_64" -> "amd64";
            case "aarch64", "arm64" -> "arm64";
            default -> arch;
        };
    }

    /// Writes the image as a tar archive.
    public void write(OutputStream out) throws IOException {
        byte[] layer = layer();
        byte[] config = Json.bytes(config(layer));
        byte[] manifest = Json.bytes(ObjectTree.of(
                "schemaVersion",
                2,
                "mediaType",
                "application/vnd.oci.image.manifest.v1+json",
                "config",
                descriptor("application/vnd.oci.image.config.v1+json", config),
                "layers",
                ListTree.of(descriptor("application/vnd.oci.image.layer.v1.tar", layer))));
        var reference = ImageReference.parse(name).orElseThrow(() -> new IOException("invalid image name " + name));
        var index = ObjectTree.of(
                "schemaVersion",
                2,
                "manifests",
                ListTree.of(descriptor("application/vnd.oci.image.manifest.v1+json", manifest)
                        .with(
                                "annotations",
                                ObjectTree.of(
                                        NAME_ANNOTATION,
                                        reference.toString(),
                                        "org.opencontainers.image.ref.name",
                                        reference.tag()))));
        Tar.writeFile(out, "oci-layout", 0644, Json.bytes(ObjectTree.of("imageLayoutVersion", "1.0.0")));
        Tar.writeFile(out, "index.json", 0644, Json.bytes(index));
        for (byte[] blob : List.of(manifest, config, layer))
            Tar.writeFile(out, "blobs/sha256/" + sha256(blob), 0644, blob);
        Tar.end(out);
    }

    private byte[] layer() throws IOException {
        var bytes = new ByteArrayOutputStream();
        var folders = new TreeSet<String>();
        for (var entry : files) {
            for (int slash = entry.path().indexOf('/');
                    slash > 0;
                    slash = entry.path().indexOf('/', slash + 1)) {
                String folder = entry.path().substring(0, slash);
                if (folders.add(folder)) Tar.writeDirectory(bytes, folder, 0755);
            }
            switch (entry) {
                case Entry.File(var path, var mode, var content) -> Tar.writeFile(bytes, path, mode, content);
                case Entry.Directory(var path, var mode) -> {
                    if (folders.add(path)) Tar.writeDirectory(bytes, path, mode);
                }
                case Entry.Link(var path, var target) -> Tar.writeLink(bytes, path, target);
            }
        }
        Tar.end(bytes);
        return bytes.toByteArray();
    }

    private ObjectTree config(byte[] layer) {
        var variables = new ArrayList<String>();
        variables.add("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        env.forEach((variable, value) -> variables.add(variable + "=" + value));
        var run = ObjectTree.builder().put("Env", ListTree.from(variables));
        if (!entrypoint.isEmpty()) run.put("Entrypoint", ListTree.from(entrypoint));
        if (!command.isEmpty()) run.put("Cmd", ListTree.from(command));
        if (!user.isEmpty()) run.put("User", user);
        if (!workingDir.isEmpty()) run.put("WorkingDir", workingDir);
        return ObjectTree.of(
                "architecture",
                architecture,
                "os",
                "linux",
                "config",
                run.build(),
                "rootfs",
                ObjectTree.of("type", "layers", "diff_ids", ListTree.from(List.of("sha256:" + sha256(layer)))));
    }

    private static ObjectTree descriptor(String mediaType, byte[] content) {
        return ObjectTree.of("mediaType", mediaType, "digest", "sha256:" + sha256(content), "size", content.length);
    }

    static String sha256(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
