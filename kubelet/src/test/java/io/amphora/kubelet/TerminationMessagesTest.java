package io.amphora.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TerminationMessagesTest {
    @TempDir
    Path folder;

    @Test
    void of_a_message_of_gigabytes_the_end_is_read() throws IOException {
        Path file = folder.resolve("message");
        try (var channel = Files.newByteChannel(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(5L << 30); // a hole: it takes no room
            channel.write(ByteBuffer.wrap("goodbye".getBytes(StandardCharsets.UTF_8)));
        }
        assertThat(TerminationMessages.end(file)).hasSize(4096).endsWith("goodbye");
    }

    @Test
    void a_short_message_is_read_whole() throws IOException {
        Path file = Files.writeString(folder.resolve("message"), "goodbye");
        assertThat(TerminationMessages.end(file)).isEqualTo("goodbye");
    }

    @Test
    void what_is_no_file_is_no_message() throws Exception {
        Files.writeString(folder.resolve("secret"), "secret");
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("secret"));
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (Path path : new Path[] {link, pipe, folder, folder.resolve("none")})
            assertThat(TerminationMessages.end(path)).as(path.toString()).isEmpty();
    }
}
