package io.amphora.machinery.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoundedTest {
    @TempDir
    Path folder;

    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(UTF_8));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    @Test
    void whatIsWithinTheLimitIsReadWhole() throws IOException {
        assertThat(text(Bounded.whole(in("1234"), 4))).isEqualTo("1234");
        assertThatThrownBy(() -> Bounded.whole(in("12345"), 4)).hasMessage("more than 4 bytes");
        Path file = Files.writeString(folder.resolve("file"), "12345");
        assertThat(Bounded.text(file, 5)).isEqualTo("12345");
        assertThatThrownBy(() -> Bounded.text(file, 4)).hasMessage(file + ": more than 4 bytes");
    }

    @Test
    void aPartIsKeptAndTheRestIsReadAllTheSame() throws IOException {
        for (int most : List.of(1, 3, 5, 8)) {
            String all = "12345";
            var rest = in(all);
            int kept = Math.min(most, 5);
            assertThat(text(Bounded.head(rest, most))).isEqualTo(all.substring(0, kept));
            assertThat(rest.read()).isNegative();
            assertThat(text(Bounded.tail(in(all), most))).isEqualTo(all.substring(5 - kept));
            Path file = Files.writeString(folder.resolve("file"), all);
            assertThat(text(Bounded.tail(file, most))).isEqualTo(all.substring(5 - kept));
            assertThat(text(Bounded.start(file, most))).isEqualTo(all.substring(0, kept));
        }
    }

    @Test
    void aTailIsTheSameInWhateverPiecesItComes() {
        String all = "0123456789abcdef";
        for (int piece = 1; piece <= all.length(); piece++) {
            var tail = new Tail(5);
            for (int at = 0; at < all.length(); at += piece) {
                byte[] bytes = all.getBytes(UTF_8);
                tail.write(bytes, at, Math.min(piece, all.length() - at));
            }
            assertThat(text(tail.bytes())).isEqualTo("bcdef");
        }
    }

    @Test
    void aLineHasAnEnd() throws IOException {
        var lines = in("one\r\ntwo\nthree");
        assertThat(Bounded.line(lines, 4)).isEqualTo("one");
        assertThat(Bounded.line(lines, 4)).isEqualTo("two");
        assertThatThrownBy(() -> Bounded.line(lines, 4)).hasMessage("a line of more than 4 bytes");
        assertThatThrownBy(() -> Bounded.line(in("x"), 4)).hasMessage("the stream ends in a line");
    }
}
