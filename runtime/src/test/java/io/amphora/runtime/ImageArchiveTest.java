package io.amphora.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
    @TempDir
    Path folder;

    @Test
    void anImageOfOursReadsBackUnderItsFullName() throws IOException {
        var read = ImageArchive.read(write("app.tar", image("shop/app:1")), "");
        assertThat(read.images()).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("docker.io/shop/app:1");
            assertThat(one.id()).startsWith("sha256:");
        });
    }

    @Test
    void theSameFilesMakeTheSameBytes() throws IOException {
        assertThat(image("app")).isEqualTo(image("app"));
    }

    @Test
    void aCompressedArchiveIsRead() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(bytes)) {
            gzip.write(image("app"));
        }
        assertThat(names(write("app.tar.gz", bytes.toByteArray()), "")).containsExactly("docker.io/library/app:latest");
    }

    @Test
    void aDockerArchiveIsKnownByItsTags() throws IOException {
        byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
        var manifest = ListTree.of(ObjectTree.of(
                "Config",
                "abc.json",
                "RepoTags",
                ListTree.from(List.of("app:1", "shop/app:2")),
                "Layers",
                ListTree.EMPTY));
        var read = ImageArchive.read(tar("manifest.json", Json.bytes(manifest), "abc.json", config), "");
        assertThat(read.images())
                .containsExactly(
                        new ImageArchive.Named("docker.io/library/app:1", "sha256:" + OciImage.sha256(config)),
                        new ImageArchive.Named("docker.io/shop/app:2", "sha256:" + OciImage.sha256(config)));
    }

    /// What tools write into the layout's `ref.name`, and what the image is called then.
    record Naming(String refName, String fallback, String full) {}

    @Test
    void anOciLayoutNamesItsImagesInSeveralWays() throws IOException {
        for (var one : List.of(
                new Naming("shop/app:1", "", "docker.io/shop/app:1"),
                new Naming("app:1", "", "docker.io/library/app:1"),
                new Naming("v2", "", "docker.io/library/layout:v2"),
                new Naming("v2", "shop/app", "docker.io/shop/app:v2"),
                new Naming("v2", "shop/app:3", "docker.io/shop/app:3"),
                new Naming("", "", "docker.io/library/layout:latest"))) {
            var annotations = one.refName().isEmpty()
                    ? ObjectTree.EMPTY
                    : ObjectTree.of("org.opencontainers.image.ref.name", one.refName());
            var index = ObjectTree.of(
                    "manifests", ListTree.of(ObjectTree.of("digest", "sha256:00", "annotations", annotations)));
            Path file = tar("index.json", Json.bytes(index));
            assertThat(names(file, one.fallback())).as("%s", one).containsExactly(one.full());
        }
    }

    @Test
    void theNameIsWrittenWhereContainerdLooks() throws IOException {
        var index = ObjectTree.of("manifests", ListTree.of(ObjectTree.of("digest", "sha256:00")));
        var out = new ByteArrayOutputStream();
        ImageArchive.read(tar("other", new byte[700], "index.json", Json.bytes(index)), "app:9")
                .writeTo(out);
        assertThat(names(write("again.tar", out.toByteArray()), "")).containsExactly("docker.io/library/app:9");
    }

    @Test
    void whatIsNoImageIsSaidToBeNone() throws IOException {
        assertThatThrownBy(() -> names(tar("readme", new byte[3]), ""))
                .hasMessageContaining("neither a docker archive nor an OCI image layout");
        assertThatThrownBy(() -> names(write("text.tar", new byte[600]), "")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> names(write("noise.tar", "hello ".repeat(200).getBytes(StandardCharsets.UTF_8)), ""))
                .hasMessageContaining("not a tar archive");
        assertThatThrownBy(() -> names(tar("index.json", "{".getBytes(StandardCharsets.UTF_8)), ""))
                .hasMessageContaining("damaged");
    }

    private static List<String> names(Path file, String fallback) throws IOException {
        return ImageArchive.read(file, fallback).images().stream()
                .map(ImageArchive.Named::name)
                .toList();
    }

    private static byte[] image(String name) throws IOException {
        var out = new ByteArrayOutputStream();
        OciImage.of(
                        name,
                        "amd64",
                        List.of(new OciImage.Entry.File("bin/app", 0755, new byte[1000])),
                        List.of("/bin/app"))
                .write(out);
        return out.toByteArray();
    }

    private Path tar(Object... namesAndContents) throws IOException {
        var out = new ByteArrayOutputStream();
        for (int i = 0; i < namesAndContents.length; i += 2)
            Tar.writeFile(out, (String) namesAndContents[i], 0644, (byte[]) namesAndContents[i + 1]);
        Tar.end(out);
        return write("layout.tar", out.toByteArray());
    }

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }
}
