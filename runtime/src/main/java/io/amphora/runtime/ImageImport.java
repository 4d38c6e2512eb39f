package io.amphora.runtime;

import io.amphora.machinery.time.Clock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// Brings images from files into a containerd's store, where its nodes find them without any registry.
public final class ImageImport {
    private static final Duration SEEN = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofMillis(20);

    private final Containerd containerd;
    private final Clock clock;

    public ImageImport(Containerd containerd, Clock clock) {
        this.containerd = containerd;
        this.clock = clock;
    }

    /// Imports all images of a docker archive or an OCI image layout (tar, also compressed with gzip) and
    /// returns their
    /// full names.
    ///
    /// @param name for an image that the archive does not name; "" for the file's
    /// @throws IOException that says which file is wrong and how
    public List<String> add(Path archive, String name) throws IOException {
        var read = ImageArchive.read(archive, name);
        load(read::writeTo);
        awaitSeen(read.images());
        return read.images().stream().map(ImageArchive.Named::name).toList();
    }

    /// Imports an image made here.
    public void add(OciImage image) throws IOException {
        var bytes = new ByteArrayOutputStream();
        image.write(bytes);
        load(bytes::writeTo);
        String full = ImageReference.parse(image.name()).orElseThrow().toString();
        awaitSeen(List.of(new ImageArchive.Named(full, "")));
    }

    private void load(Processes.Input archive) throws IOException {
        var command = List.of(
                Processes.find("ctr")
                        .orElseThrow(() -> new IOException("ctr is not installed: install the package containerd"))
                        .toString(),
                "--address",
                containerd.config().socket().toString(),
                "--namespace",
                Containerd.NAMESPACE,
                "images",
                "import",
                "-");
        var result = Processes.run(command, archive);
        if (!result.ok())
            throw new IOException(
                    "containerd refuses the archive: " + result.errors().strip());
    }

    /// The runtime interface learns of images by events, a moment after the import has returned.
    private void awaitSeen(List<ImageArchive.Named> images) throws IOException {
        var until = clock.deadline(SEEN);
        try (var runtime = containerd.runtime(clock)) {
            for (var image : images) {
                while (!seen(runtime, image)) {
                    if (until.isOver()) throw new IOException("containerd does not show " + image.name());
                    clock.sleep(LOOK);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted during an import", e);
        }
    }

    private static boolean seen(ContainerRuntime runtime, ImageArchive.Named image) {
        var found = runtime.findImage(image.name());
        return found.isPresent() && (image.id().isEmpty() || found.get().id().equals(image.id()));
    }
}
