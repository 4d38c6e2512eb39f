package io.amphora.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.kubelet.volume.AtomicWriter.Payload;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicWriterTest {
    @TempDir
    Path folder;

    @BeforeEach
    void first() throws IOException {
        write("1", Map.of("a", payload("one"), "deep/b", payload("two")));
    }

    @Test
    void filesAreSeenThroughOneLink() throws IOException {
        assertThat(folder.resolve("a")).isSymbolicLink().hasContent("one");
        assertThat(folder.resolve("deep/b")).hasContent("two");
        assertThat(Files.readSymbolicLink(folder.resolve("..data"))).hasToString("..1");
    }

    @Test
    void aChangeReplacesAllAndForgetsTheOld() throws IOException {
        write("2", Map.of("a", payload("changed"), "c", payload("new")));
        assertThat(folder.resolve("a")).hasContent("changed");
        assertThat(folder.resolve("c")).hasContent("new");
        assertThat(folder.resolve("deep")).doesNotExist();
        assertThat(folder.resolve("..1")).doesNotExist();
    }

    @Test
    void theSameContentChangesNothing() throws IOException {
        write("2", Map.of("a", payload("one"), "deep/b", payload("two")));
        assertThat(Files.readSymbolicLink(folder.resolve("..data"))).hasToString("..1");
    }

    @Test
    void anotherModeIsAChange() throws IOException {
        write("2", Map.of("a", new Payload("one".getBytes(StandardCharsets.UTF_8), 0400)));
        assertThat(Permissions.mode(folder.resolve("a").toRealPath())).isEqualTo(0400);
    }

    @Test
    void aPathMayNotLeaveTheVolume() {
        assertThatThrownBy(() -> write("2", Map.of("../x", payload("evil")))).hasMessageContaining("leaves its volume");
        assertThat(folder.resolveSibling("x")).doesNotExist();
    }

    private void write(String version, Map<String, Payload> files) throws IOException {
        AtomicWriter.write(folder, files, version, OptionalLong.empty());
    }

    private static Payload payload(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8), 0644);
    }
}
