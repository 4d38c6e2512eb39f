package io.amphora.machinery.io;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/// Reads what containers, programs, registries and other servers write: any of them may write more than there is
/// memory, so whatever is read has a limit. `whole` refuses what exceeds it; `head` and `tail` keep a part and pass
/// over the rest, so that who writes is not held up.
///
/// A limit is what a caller believes in, not what is set aside: memory grows with what comes.
public final class Bounded {
    private Bounded() {}

    /// @throws IOException when there is more
    public static byte[] whole(InputStream in, int most) throws IOException {
        byte[] bytes = in.readNBytes(most);
        if (bytes.length == most && in.read() >= 0) throw new IOException("more than " + most + " bytes");
        return bytes;
    }

    /// @throws IOException also when there is more
    public static byte[] whole(Path file, int most) throws IOException {
        byte[] bytes = start(file, most + 1);
        if (bytes.length > most) throw new FileSystemException(file.toString(), null, "more than " + most + " bytes");
        return bytes;
    }

    /// @throws IOException also when there is more
    public static String text(Path file, int most) throws IOException {
        return new String(whole(file, most), StandardCharsets.UTF_8);
    }

    /// The first bytes; the rest is not read.
    public static byte[] start(Path file, int most) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return in.readNBytes(most);
        }
    }

    /// The first bytes; the rest is read and forgotten.
    public static byte[] head(InputStream in, int most) throws IOException {
        byte[] bytes = in.readNBytes(most);
        in.transferTo(OutputStream.nullOutputStream());
        return bytes;
    }

    /// The last bytes, when all has been read.
    public static byte[] tail(InputStream in, int most) throws IOException {
        var tail = new Tail(most);
        in.transferTo(tail);
        return tail.bytes();
    }

    /// The last bytes of a file; those before are not read.
    public static byte[] tail(Path file, int most) throws IOException {
        try (var channel = FileChannel.open(file)) {
            return tail(channel, most);
        }
    }

    /// The last bytes of a file; those before are not read.
    public static byte[] tail(FileChannel file, int most) throws IOException {
        long from = Math.max(0, file.size() - most);
        var bytes = ByteBuffer.allocate((int) Math.min(most, file.size()));
        while (bytes.hasRemaining() && file.read(bytes, from + bytes.position()) >= 0) continue;
        return Arrays.copyOf(bytes.array(), bytes.position());
    }

    /// One line, without its end (`\n` or `\r\n`).
    ///
    /// @throws IOException when it is longer, or when the stream ends in it
    public static String line(InputStream in, int most) throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) throw new EOFException("the stream ends in a line");
            if (line.size() == most) throw new IOException("a line of more than " + most + " bytes");
            line.write(next);
        }
        String text = line.toString(StandardCharsets.UTF_8);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }
}
