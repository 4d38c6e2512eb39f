package io.amphora.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.kubelet.volume.AtomicWriter.Payload;
import io.amphora.runtime.FileTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Root in a container puts links into its volumes; the node's agent, root as well, must not follow them.
class VolumeAttacksTest {
    @TempDir
    Path home;

    private Path volume;
    /// What belongs to the node, outside of any volume.
    private Path treasure;

    @BeforeEach
    void prepare() throws IOException {
        volume = Files.createDirectories(home.resolve("pods/u/volumes/kubernetes.io~empty-dir/v"));
        treasure = Files.createDirectories(home.resolve("etc"));
        Files.writeString(treasure.resolve("shadow"), "secret");
    }

    @AfterEach
    void unmount() throws IOException {
        FileTrees.unmountUnder(home);
    }

    @Test
    void a_data_link_that_leads_outside_is_neither_read_nor_deleted() throws IOException {
        for (String target : new String[] {treasure.toString(), "../../../../../etc", "..", "."}) {
            Files.deleteIfExists(volume.resolve("..data"));
            Files.createSymbolicLink(volume.resolve("..data"), Path.of(target));
            AtomicWriter.write(volume, Map.of("a", payload("b")), "1-" + target.length(), OptionalLong.empty());
            assertThat(volume.resolve("a")).hasContent("b");
            assertThat(treasure.resolve("shadow")).hasContent("secret");
        }
    }

    @Test
    void a_data_folder_that_is_itself_a_link_is_not_followed() throws IOException {
        AtomicWriter.write(volume, Map.of("a", payload("b")), "1", OptionalLong.empty());
        FileTrees.delete(volume.resolve("..1"));
        Files.createSymbolicLink(volume.resolve("..1"), treasure);
        AtomicWriter.write(volume, Map.of("a", payload("c")), "2", OptionalLong.empty());
        assertThat(treasure.resolve("shadow")).hasContent("secret");
        assertThat(volume.resolve("a")).hasContent("c");
    }

    @Test
    void a_path_of_an_object_may_not_take_the_names_that_the_writer_uses() {
        for (String path : new String[] {"..data", "../../etc/shadow", "..1/x", ""})
            assertThatThrownBy(() -> AtomicWriter.write(volume, Map.of(path, payload("x")), "1", OptionalLong.empty()))
                    .as(path)
                    .isInstanceOf(IOException.class);
        assertThat(treasure.resolve("shadow")).hasContent("secret");
    }

    @Test
    void deleting_a_volume_deletes_links_and_not_what_they_lead_to() throws IOException {
        Files.createSymbolicLink(volume.resolve("link"), treasure);
        Files.createDirectories(volume.resolve("deep/er"));
        Files.createSymbolicLink(volume.resolve("deep/er/link"), treasure.resolve("shadow"));
        FileTrees.delete(volume);
        assertThat(volume).doesNotExist();
        assertThat(treasure.resolve("shadow")).hasContent("secret");
    }

    /// While it is deleted, a folder and a link to somewhere else take turns at one name.
    @Test
    void a_link_that_takes_a_folders_place_during_the_deletion_is_not_followed() throws Exception {
        var ended = new AtomicBoolean();
        Path folder = home.resolve("turns");
        Thread attacker = Thread.ofPlatform().start(() -> takeTurns(folder, ended));
        try {
            for (int round = 0; round < 100; round++) {
                Path victim = Files.createDirectories(home.resolve("victim" + round));
                for (int i = 0; i < 20; i++) Files.createDirectories(victim.resolve("a" + i + "/b"));
                Path link = Files.createSymbolicLink(victim.resolve("link"), treasure);
                Files.move(link, victim.resolve("a7/link"), StandardCopyOption.ATOMIC_MOVE);
                try {
                    FileTrees.delete(folder);
                } catch (IOException changedMeanwhile) {
                    assertThat(treasure.resolve("shadow")).exists();
                }
                FileTrees.delete(victim);
            }
        } finally {
            ended.set(true);
            attacker.join();
        }
        assertThat(treasure.resolve("shadow")).hasContent("secret");
    }

    private void takeTurns(Path folder, AtomicBoolean ended) {
        while (!ended.get()) {
            try {
                Files.createDirectories(folder.resolve("x"));
                Files.deleteIfExists(folder.resolve("x"));
                Files.createSymbolicLink(folder.resolve("x"), treasure);
                Files.deleteIfExists(folder.resolve("x"));
            } catch (IOException lostARace) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void folders_nested_without_end_are_deleted() throws IOException {
        Path deep = volume;
        for (int i = 0; i < 500; i++) deep = Files.createDirectory(deep.resolve("d"));
        Files.move(volume.resolve("d"), home.resolve("more"));
        Files.move(home.resolve("more"), deepest(volume, 0).resolve("e"));
        FileTrees.delete(volume);
        assertThat(volume).doesNotExist();
    }

    private static Path deepest(Path folder, int levels) throws IOException {
        Path here = folder;
        for (int i = 0; i < 300; i++) here = Files.createDirectory(here.resolve("f"));
        return here;
    }

    @Test
    void a_folder_with_a_mount_inside_is_not_deleted() throws IOException {
        assumeRoot();
        Path inside = Files.createDirectories(volume.resolve("mounted"));
        try (var source = Kernel.open(treasure.toString())) {
            Kernel.bind(source, inside.toString());
        }
        assertThatThrownBy(() -> FileTrees.delete(volume)).hasMessageContaining("mounts");
        assertThat(treasure.resolve("shadow")).hasContent("secret");
    }

    @Test
    void a_part_of_a_volume_is_mounted_links_within_it_included() throws IOException {
        assumeRoot();
        Files.writeString(Files.createDirectories(volume.resolve("real")).resolve("file"), "mine");
        Files.createSymbolicLink(volume.resolve("link"), Path.of("real"));
        Path target = home.resolve("pods/u/volume-subpaths/v/c/0");
        SubPaths.mount(volume, "link", target);
        assertThat(target.resolve("file")).hasContent("mine");
        SubPaths.mount(volume, "real/file", target.resolveSibling("1"));
        assertThat(target.resolveSibling("1")).hasContent("mine");
        SubPaths.mount(volume, "made/on/the/way", target);
        assertThat(volume.resolve("made/on/the/way")).isDirectory();
        assertThat(target).isEmptyDirectory();
    }

    @Test
    void a_part_that_leads_out_of_its_volume_is_refused() throws IOException {
        assumeRoot();
        Files.createSymbolicLink(volume.resolve("absolute"), treasure);
        Files.createSymbolicLink(volume.resolve("relative"), Path.of("../../../../../etc"));
        Files.createSymbolicLink(volume.resolve("magic"), Path.of("/proc/self/root"));
        Path target = home.resolve("pods/u/volume-subpaths/v/c/0");
        for (String part : new String[] {"absolute", "relative", "absolute/shadow", "relative/new/folder", "magic/etc"})
            assertThatThrownBy(() -> SubPaths.mount(volume, part, target))
                    .as(part)
                    .isInstanceOf(IOException.class);
        assertThat(treasure).isDirectoryNotContaining(path -> path.endsWith("new"));
    }

    /// CVE-2021-25741: between the look and the mount, a link takes the folder's place.
    @Test
    void a_link_that_takes_the_parts_place_meanwhile_is_never_mounted() throws Exception {
        assumeRoot();
        var ended = new AtomicBoolean();
        Path part = volume.resolve("part");
        Path link = Files.createSymbolicLink(volume.resolve("link"), treasure);
        Path folder = Files.createDirectories(volume.resolve("folder"));
        Thread attacker = Thread.ofPlatform().start(() -> {
            while (!ended.get()) {
                swap(folder, part);
                swap(link, part);
            }
        });
        try {
            Path target = home.resolve("pods/u/volume-subpaths/v/c/0");
            for (int round = 0; round < 100; round++) {
                try {
                    SubPaths.mount(volume, "part", target);
                    assertThat(target.resolve("shadow")).doesNotExist();
                } catch (IOException refused) {
                    assertThat(target.resolve("shadow")).doesNotExist();
                }
            }
        } finally {
            ended.set(true);
            attacker.join();
        }
    }

    private static void swap(Path one, Path place) {
        try {
            Files.move(one, place, StandardCopyOption.ATOMIC_MOVE);
            Files.move(place, one, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException lostARace) {
            Thread.onSpinWait();
        }
    }

    private static void assumeRoot() {
        assumeTrue(System.getProperty("user.name").equals("root"), "mounting takes root");
    }

    private static Payload payload(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8), 0644);
    }
}
