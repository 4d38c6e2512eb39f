package io.amphora.runtime;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/// A file that holds images: what `docker save` writes (`manifest.json`), or an OCI image layout in a tar
/// (`index.json`); either
/// may be compressed with gzip.
///
/// @param index the changed `index.json` to write in place of the file's own; null to leave all as it is
record ImageArchive(Path file, List<Named> images, @Nullable ObjectTree index) {
    private static final int LARGEST_JSON = 4 << 20;
    /// Of all files together.
    private static final int LARGEST_JSONS = 16 << 20;

    private static final byte[] NOTHING = {};
    private static final String REF_NAME = "org.opencontainers.image.ref.name";

    /// @param name the full one
    /// @param id the digest of the configuration; "" where the archive has the image for several platforms
    record Named(String name, String id) {}

    /// @param fallback names an image that has no name in the archive; "" to take the file's
    static ImageArchive read(Path file, String fallback) throws IOException {
        Map<String, byte[]> small;
        try (var in = open(file)) {
            small = smallFiles(in);
        }
        try {
            byte[] index = small.get("index.json");
            if (index != null) return ociLayout(file, Json.read(index).object(), small, fallback);
            byte[] manifest = small.get("manifest.json");
            if (manifest != null) return dockerArchive(file, Json.read(manifest).list(), small);
        } catch (JsonSyntaxException broken) {
            throw new IOException(file + " is damaged: " + broken.getMessage(), broken);
        }
        throw new IOException(file + " is neither a docker archive nor an OCI image layout");
    }

    private static ImageArchive dockerArchive(Path file, ListTree manifest, Map<String, byte[]> small)
            throws IOException {
        var images = new ArrayList<Named>();
        for (Tree item : manifest) {
            byte[] config = small.get(item.object().text("Config"));
            String id = config == null ? "" : "sha256:" + OciImage.sha256(config);
            for (Tree tag : item.object().list("RepoTags"))
                images.add(new Named(fullName(Objects.requireNonNullElse(tag.text(), "")), id));
        }
        if (images.isEmpty()) throw new IOException(file + " names no image: save it by name, not by id");
        return new ImageArchive(file, images, null);
    }

    /// Gives every image its full name in the annotation that containerd looks at: tools differ in what they
    /// write
    /// (skopeo
    /// `name:tag`, umoci the tag alone, docker both).
    private static ImageArchive ociLayout(Path file, ObjectTree index, Map<String, byte[]> small, String fallback)
            throws IOException {
        var images = new ArrayList<Named>();
        var manifests = new ArrayList<Tree>();
        for (Tree item : index.list("manifests")) {
            var descriptor = item.object();
            var annotations = descriptor.object("annotations");
            String name = nameOf(annotations, file, fallback);
            images.add(new Named(name, configDigest(descriptor, small)));
            manifests.add(descriptor.with("annotations", annotations.with(OciImage.NAME_ANNOTATION, name)));
        }
        if (images.isEmpty()) throw new IOException(file + " holds no image");
        return new ImageArchive(file, images, index.with("manifests", ListTree.from(manifests)));
    }

    private static String nameOf(ObjectTree annotations, Path file, String fallback) throws IOException {
        String given = annotations.text(OciImage.NAME_ANNOTATION);
        if (!given.isEmpty()) return fullName(given);
        String ref = annotations.text(REF_NAME);
        if (ref.indexOf('/') >= 0 || ref.indexOf(':') >= 0) return fullName(ref);
        String base = fallback.isEmpty()
                ? file.getFileName().toString().replaceFirst("\\.(tar|tgz|tar\\.gz)$", "")
                : fallback;
        boolean tagged = base.lastIndexOf(':') > base.lastIndexOf('/');
        return fullName(ref.isEmpty() || tagged ? base : base + ":" + ref);
    }

    private static String configDigest(ObjectTree descriptor, Map<String, byte[]> small) {
        byte[] manifest = small.get("blobs/" + descriptor.text("digest").replace(':', '/'));
        return manifest == null
                ? ""
                : Json.read(manifest).object().object("config").text("digest");
    }

    private static String fullName(String name) throws IOException {
        return ImageReference.parse(name)
                .orElseThrow(() -> new IOException("invalid image name \"" + name + "\""))
                .toString();
    }

    /// Writes the tar, uncompressed, with the changed index.
    void writeTo(OutputStream out) throws IOException {
        try (var in = open(file)) {
            for (var header = Tar.read(in); header != null; header = Tar.read(in)) {
                if (index != null && header.isFile() && name(header).equals("index.json")) {
                    in.skipNBytes(header.size() + header.padding());
                    Tar.writeFile(out, "index.json", 0644, Json.bytes(index));
                } else {
                    out.write(header.raw());
                    copy(in, out, header.size() + header.padding());
                }
            }
        }
        Tar.end(out);
    }

    private static void copy(InputStream in, OutputStream out, long count) throws IOException {
        var buffer = new byte[1 << 16];
        while (count > 0) {
            int read = in.read(buffer, 0, (int) Math.min(buffer.length, count));
            if (read < 0) throw new IOException("the archive is cut off");
            out.write(buffer, 0, read);
            count -= read;
        }
    }

    private static Map<String, byte[]> smallFiles(InputStream in) throws IOException {
        var files = new HashMap<String, byte[]>();
        long total = 0;
        for (var header = Tar.read(in); header != null; header = Tar.read(in)) {
            boolean wanted = header.isFile() && header.size() <= LARGEST_JSON && isNamedAsJson(name(header));
            byte[] content = wanted ? json(in, (int) header.size()) : NOTHING;
            in.skipNBytes(wanted ? header.padding() : header.size() + header.padding());
            if (content.length == 0) continue;
            total += content.length + Tar.BLOCK;
            if (total > LARGEST_JSONS) throw new IOException("what describes the images takes too much room");
            files.put(name(header), content);
        }
        return files;
    }

    /// Reads a file to its end. Empty where it can't be JSON: blobs are layers as well, and there may be many.
    private static byte[] json(InputStream in, int size) throws IOException {
        byte[] start = in.readNBytes(Math.min(size, 16));
        boolean json = new String(start, StandardCharsets.ISO_8859_1).strip().matches("(?s)[{\\[].*");
        if (!json) {
            in.skipNBytes(size - start.length);
            return NOTHING;
        }
        byte[] content = Arrays.copyOf(start, size);
        if (in.readNBytes(content, start.length, size - start.length) < size - start.length)
            throw new EOFException("the archive is cut off");
        return content;
    }

    private static boolean isNamedAsJson(String name) {
        return name.endsWith(".json") || name.startsWith("blobs/");
    }

    private static String name(Tar.Header header) {
        return header.name().startsWith("./") ? header.name().substring(2) : header.name();
    }

    private static InputStream open(Path file) throws IOException {
        var in = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new BufferedInputStream(new GZIPInputStream(in, 1 << 16), 1 << 16) : in;
    }
}
