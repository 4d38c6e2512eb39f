package io.amphora.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauseProgramTest {
    @ParameterizedTest(name = "for {0} it is an ELF of machine {1}")
    @CsvSource({"amd64, 62", "arm64, 183"})
    void isASmallElf(String architecture, int machine) {
        byte[] elf = PauseProgram.elf(architecture);
        assertThat(elf).startsWith(0x7f, 'E', 'L', 'F').hasSizeLessThan(300);
        assertThat(elf[18] & 0xff).isEqualTo(machine);
    }

    @Test
    void sleepsUntilItIsTold(@TempDir Path folder) throws Exception {
        assumeTrue(OciImage.hostArchitecture().matches("amd64|arm64"), "no pause program for this machine");
        Path program = Files.write(folder.resolve("pause"), PauseProgram.elf(OciImage.hostArchitecture()));
        assumeTrue(program.toFile().setExecutable(true));
        var process = new ProcessBuilder(program.toString()).start();
        try {
            assertThat(process.waitFor(200, TimeUnit.MILLISECONDS))
                    .as("ended by itself")
                    .isFalse();
            process.destroy();
            assertThat(process.waitFor(10, TimeUnit.SECONDS))
                    .as("ended on TERM")
                    .isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
