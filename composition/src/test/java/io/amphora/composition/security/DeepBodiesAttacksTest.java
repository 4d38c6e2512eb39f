package io.amphora.composition.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/// A server that has just started(its code is not compiled, and its frames are large) reads 10,000 levels and refuses
/// more.
class DeepBodiesAttacksTest {
    @Test
    void ten_thousand_levels_are_read_and_kept_and_more_are_refused() throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String options = "@"
                + Path.of("src/main/resources/io/amphora/composition/server.jvm")
                        .toAbsolutePath();
        var process = new ProcessBuilder(
                        java,
                        options,
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DeepBodies.class.getName())
                .redirectErrorStream(true)
                .start();
        String codes = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        assertThat(codes.strip().lines().toList().getLast().strip())
                .isEqualTo("201 201 200 200 201 200 200 400 200 400 400 400");
    }
}
