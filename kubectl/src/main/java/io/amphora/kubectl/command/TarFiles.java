package io.amphora.kubectl.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Files as a tar archive (POSIX ustar), written and read as a stream.
final class TarFiles {
    private static final int BLOCK = 512;

    private TarFiles() {}

    /// Writes a file, or a folder with all below it, and ends the stream.
    static void write(Path source, String name, OutputStream sink) {
        try (OutputStream out = sink) {
            add(source, name, out);
            out.write(new byte[2 * BLOCK]);
        } catch (IOException ended) {
            // The reader is gone, and says why itself.
        }
    }

    private static void add(Path source, String name, OutputStream out) throws IOException {
        boolean folder = Files.isDirectory(source);
        byte[] content = folder ? new byte[0] : Files.readAllBytes(source);
        if (name.length() > 100) {
            byte[] longName = (name + "\0").getBytes(StandardCharsets.UTF_8);
            out.write(header("././@LongLink", longName.length, 'L', 0644, 0));
            padded(longName, out);
        }
        int mode = Files.isExecutable(source) ? 0755 : 0644;
        out.write(header(
                folder ? name + "/" : name,
                content.length,
                folder ? '5' : '0',
                mode,
                Files.getLastModifiedTime(source).toMillis() / 1000));
        padded(content, out);
        if (!folder) return;
        try (var below = Files.list(source)) {
            for (Path each : below.sorted().toList()) add(each, name + "/" + each.getFileName(), out);
        }
    }

    private static void padded(byte[] content, OutputStream out) throws IOException {
        out.write(content);
        int rest = content.length % BLOCK;
        if (rest > 0) out.write(new byte[BLOCK - rest]);
    }

    private static byte[] header(String name, long size, char type, int mode, long time) {
        var header = new byte[BLOCK];
        put(header, 0, name.length() > 100 ? name.substring(0, 100) : name);
        put(header, 100, String.format("%07o", mode));
        put(header, 108, "0000000");
        put(header, 116, "0000000");
        put(header, 124, String.format("%011o", size));
        put(header, 136, String.format("%011o", time));
        put(header, 148, "        ");
        header[156] = (byte) type;
        put(header, 257, "ustar\00000");
        int sum = 0;
        for (byte each : header) sum += each & 0xff;
        put(header, 148, String.format("%06o\0 ", sum));
        return header;
    }

    private static void put(byte[] header, int at, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        System.arraycopy(bytes, 0, header, at, bytes.length);
    }

    /// Reads an archive; what lies below `prefix` in it comes to `target`, all else is left out.
    static void read(InputStream archive, String prefix, Path target) throws IOException {
        String longName = "";
        for (byte[] header = archive.readNBytes(BLOCK);
                header.length == BLOCK && header[0] != 0;
                header = archive.readNBytes(BLOCK)) {
            int size = Integer.parseInt(text(header, 124, 12), 8);
            byte[] content = archive.readNBytes(size);
            archive.skipNBytes((BLOCK - size % BLOCK) % BLOCK);
            if (header[156] == 'L') {
                longName = new String(content, StandardCharsets.UTF_8).replace("\0", "");
                continue;
            }
            String name = longName.isEmpty() ? text(header, 0, 100) : longName;
            longName = "";
            String below = name.replaceFirst("^/+", "").replaceFirst("/+$", "");
            if (!below.equals(prefix) && !below.startsWith(prefix + "/")) continue;
            Path file = target.resolve(below.substring(prefix.length()).replaceFirst("^/+", ""))
                    .normalize();
            if (!file.startsWith(target.normalize())) continue;
            if (below.equals(prefix)) file = target;
            if (header[156] == '5') Files.createDirectories(file);
            else if (header[156] == '0' || header[156] == 0) {
                Path parent = file.toAbsolutePath().getParent();
                if (parent != null) Files.createDirectories(parent);
                Files.write(file, content);
            }
        }
        archive.transferTo(OutputStream.nullOutputStream());
    }

    private static String text(byte[] header, int from, int length) {
        int end = from;
        while (end < from + length && header[end] != 0) end++;
        return new String(header, from, end - from, StandardCharsets.UTF_8).strip();
    }
}
