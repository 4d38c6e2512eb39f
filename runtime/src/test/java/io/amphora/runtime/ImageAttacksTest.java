package io.amphora.runtime;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Archives of images that would take the node's memory or its time.
class ImageAttacksTest {
    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;

    @TempDir
    Path folder;

    /// @param size the field of the header, 12 bytes
    record Attack(String sentence, byte[] size) {
        @Override
        public String toString() {
            return sentence;
        }
    }

    static List<Attack> sizes() {
        byte[] least = new byte[12];
        least[0] = (byte) 0x80;
        least[4] = (byte) 0x80; // Long.MIN_VALUE
        byte[] most = new byte[12];
        Arrays.fill(most, (byte) 0xff);
        most[0] = (byte) 0x80;
        byte[] minusOne = new byte[12];
        Arrays.fill(minusOne, (byte) 0xff);
        return List.of(
                new Attack("a negative size in digits is refused", octal("-0000001000")),
                new Attack("a negative size in binary is refused", minusOne),
                new Attack("a size that overflows is refused", least),
                new Attack("a size of 2^88 is refused", most));
    }

    private static byte[] octal(String digits) {
        return Arrays.copyOf(digits.getBytes(StandardCharsets.US_ASCII), 12);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("sizes")
    void refused(Attack attack) throws IOException {
        var archive = new ByteArrayOutputStream();
        Tar.writeFile(archive, "manifest.json", 0644, new byte[0]);
        byte[] bytes = archive.toByteArray();
        System.arraycopy(attack.size(), 0, bytes, SIZE, 12);
        Arrays.fill(bytes, CHECKSUM, CHECKSUM + 8, (byte) ' ');
        int sum = 0;
        for (byte one : bytes) sum += one & 0xff;
        byte[] digits = "%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(digits, 0, bytes, CHECKSUM, digits.length);
        assertThatThrownBy(() -> Tar.read(new ByteArrayInputStream(bytes)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("not a tar archive");
    }

    @Test
    void many_descriptions_that_are_small_each_are_refused() throws IOException {
        Path file = folder.resolve("image.tar");
        byte[] description = new byte[3 << 20];
        Arrays.fill(description, (byte) '{');
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < 6; i++) Tar.writeFile(out, "blobs/sha256/" + i, 0644, description);
            Tar.end(out);
        }
        assertThatThrownBy(() -> ImageArchive.read(file, ""))
                .hasMessage("what describes the images takes too much room");
    }

    @Test
    void layers_that_are_small_are_not_held() throws IOException {
        Path file = folder.resolve("image.tar");
        try (var out = Files.newOutputStream(file)) {
            for (int i = 0; i < 6; i++) Tar.writeFile(out, "blobs/sha256/" + i, 0644, new byte[3 << 20]);
            Tar.end(out);
        }
        assertThatThrownBy(() -> ImageArchive.read(file, ""))
                .hasMessage(file + " is neither a docker archive nor an OCI image layout");
    }
}
