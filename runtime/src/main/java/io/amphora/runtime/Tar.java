package io.amphora.runtime;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Tape archives (POSIX.1-1988 ustar), as far as images need them: headers of 512 bytes, contents padded to 512
/// bytes,
/// two empty
/// blocks at the end. Everything written has the time 0 and belongs to root, so the same content makes the same
/// bytes.
final class Tar {
    static final int BLOCK = 512;

    private static final BigInteger LARGEST = BigInteger.ONE.shiftLeft(44);

    private static final int NAME = 0;
    private static final int MODE = 100;
    private static final int SIZE = 124;
    private static final int CHECKSUM = 148;
    private static final int TYPE = 156;
    private static final int LINK = 157;
    private static final int PREFIX = 345;

    private Tar() {}

    /// A header as it was read.
    ///
    /// @param raw the 512 bytes themselves
    record Header(String name, long size, char type, byte[] raw) {
        boolean isFile() {
            return type == '0' || type == 0;
        }

        /// How many bytes follow the content up to the next header.
        int padding() {
            return (int) ((BLOCK - size % BLOCK) % BLOCK);
        }
    }

    /// The next header, null at the archive's end.
    static @Nullable Header read(InputStream in) throws IOException {
        byte[] block = in.readNBytes(BLOCK);
        if (block.length == 0 || isEmpty(block)) return null;
        if (block.length < BLOCK) throw new EOFException("the archive is cut off");
        if (number(block, CHECKSUM, 8) != checksum(block)) throw new IOException("not a tar archive");
        String name = text(block, NAME, 100);
        String prefix = text(block, PREFIX, 155);
        return new Header(
                prefix.isEmpty() ? name : prefix + "/" + name, number(block, SIZE, 12), (char) block[TYPE], block);
    }

    static void writeFile(OutputStream out, String name, int mode, byte[] content) throws IOException {
        out.write(header(name, mode, content.length, '0', ""));
        out.write(content);
        out.write(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    }

    static void writeDirectory(OutputStream out, String name, int mode) throws IOException {
        out.write(header(name.endsWith("/") ? name : name + "/", mode, 0, '5', ""));
    }

    static void writeLink(OutputStream out, String name, String target) throws IOException {
        out.write(header(name, 0777, 0, '2', target));
    }

    static void end(OutputStream out) throws IOException {
        out.write(new byte[2 * BLOCK]);
    }

    private static byte[] header(String name, int mode, long size, char type, String link) throws IOException {
        byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] target = link.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 100 || target.length > 100) throw new IOException("name too long for a tar header: " + name);
        var block = new byte[BLOCK];
        System.arraycopy(bytes, 0, block, NAME, bytes.length);
        octal(block, MODE, 8, mode);
        octal(block, 108, 8, 0);
        octal(block, 116, 8, 0);
        octal(block, SIZE, 12, size);
        octal(block, 136, 12, 0);
        block[TYPE] = (byte) type;
        System.arraycopy(target, 0, block, LINK, target.length);
        System.arraycopy("ustar\00000".getBytes(StandardCharsets.US_ASCII), 0, block, 257, 8);
        octal(block, CHECKSUM, 8, checksum(block));
        return block;
    }

    /// The sum of the header's bytes, its own field counted as blanks.
    private static long checksum(byte[] block) {
        long sum = 8 * ' ';
        for (int i = 0; i < BLOCK; i++) if (i < CHECKSUM || i >= CHECKSUM + 8) sum += block[i] & 0xff;
        return sum;
    }

    private static void octal(byte[] block, int at, int length, long value) {
        byte[] digits = Long.toOctalString(value).getBytes(StandardCharsets.US_ASCII);
        Arrays.fill(block, at, at + length - 1, (byte) '0');
        System.arraycopy(digits, 0, block, at + length - 1 - digits.length, digits.length);
    }

    /// Octal digits, or (GNU) a binary number when the first bit is set. What can be no size is refused: whoever
    /// adds to it must not overflow.
    private static long number(byte[] block, int at, int length) throws IOException {
        try {
            var value = (block[at] & 0x80) != 0 ? binary(block, at, length) : octal(block, at, length);
            if (value.signum() < 0 || value.compareTo(LARGEST) > 0)
                throw new IOException("not a tar archive: a size of " + value);
            return value.longValueExact();
        } catch (NumberFormatException e) {
            throw new IOException("not a tar archive", e);
        }
    }

    private static BigInteger binary(byte[] block, int at, int length) {
        byte[] bytes = Arrays.copyOfRange(block, at, at + length);
        // The marker is the first bit; the one after it is the sign.
        bytes[0] = (byte) ((bytes[0] & 0x40) != 0 ? bytes[0] : bytes[0] & 0x7f);
        return new BigInteger(bytes);
    }

    private static BigInteger octal(byte[] block, int at, int length) {
        String digits = text(block, at, length).strip();
        return digits.isEmpty() ? BigInteger.ZERO : new BigInteger(digits, 8);
    }

    private static String text(byte[] block, int at, int length) {
        int end = at;
        while (end < at + length && block[end] != 0) end++;
        return new String(block, at, end - at, StandardCharsets.UTF_8);
    }

    private static boolean isEmpty(byte[] block) {
        for (byte one : block) if (one != 0) return false;
        return true;
    }
}
