package io.amphora.http.spdy;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// Header blocks of one connection (SPDY/3, 2.6.10): pairs of length-prefixed names and values through one zlib
/// stream for each direction, both begun with the protocol's dictionary. Order matters, so each direction belongs
/// to one thread at a time.
final class HeaderBlocks implements AutoCloseable {
    private static final int MOST = 1024 * 1024;

    /// The dictionary is a table of likely names, each behind its length, and then text of likely values.
    private static final String NAMES = """
            options head post put delete trace accept accept-charset accept-encoding accept-language \
            accept-ranges age allow authorization cache-control connection content-base content-encoding \
            content-language content-length content-location content-md5 content-range content-type date \
            etag expect expires from host if-match if-modified-since if-none-match if-range \
            if-unmodified-since last-modified location max-forwards pragma proxy-authenticate proxy-authorization range \
            referer retry-after server te trailer transfer-encoding upgrade user-agent vary via warning \
            www-authenticate method get status 200_OK version HTTP/1.1 url public set-cookie keep-alive \
            origin""";
    private static final String VALUES = """
            100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505\
            203 Non-Authoritative Information204 No Content301 Moved Permanently\
            400 Bad Request401 Unauthorized403 Forbidden404 Not Found\
            500 Internal Server Error501 Not Implemented503 Service Unavailable\
            Jan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMT\
            chunked,text/html,image/png,image/jpg,image/gif,application/xml,application/xhtml+xml,\
            text/plain,text/javascript,publicprivatemax-age=gzip,deflate,sdch\
            charset=utf-8charset=iso-8859-1,utf-,*,enq=0.""";
    static final byte[] DICTIONARY = dictionary();

    private final Deflater deflater = new Deflater();
    private final Inflater inflater = new Inflater();

    HeaderBlocks() {
        deflater.setDictionary(DICTIONARY);
    }

    private static byte[] dictionary() {
        var bytes = new ByteArrayOutputStream(1500);
        for (String name : NAMES.split(" ")) {
            byte[] text = name.replace('_', ' ').getBytes(US_ASCII);
            bytes.writeBytes(ByteBuffer.allocate(4).putInt(text.length).array());
            bytes.writeBytes(text);
        }
        bytes.writeBytes(VALUES.getBytes(US_ASCII));
        return bytes.toByteArray();
    }

    byte[] encode(Map<String, List<String>> headers) {
        var plain = new ByteArrayOutputStream(256);
        writeInt(plain, headers.size());
        headers.forEach((name, values) -> {
            writeText(plain, name.toLowerCase(Locale.ROOT));
            writeText(plain, String.join("\0", values));
        });
        deflater.setInput(plain.toByteArray());
        var packed = new ByteArrayOutputStream(256);
        byte[] buffer = new byte[1024];
        int n;
        do {
            n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            packed.write(buffer, 0, n);
        } while (n == buffer.length);
        return packed.toByteArray();
    }

    private static void writeText(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(UTF_8);
        writeInt(out, bytes.length);
        out.writeBytes(bytes);
    }

    private static void writeInt(ByteArrayOutputStream out, int value) {
        out.write(value >> 24);
        out.write(value >> 16);
        out.write(value >> 8);
        out.write(value);
    }

    /// By lower-case name.
    Map<String, List<String>> decode(byte[] packed, int from) throws IOException {
        var plain = ByteBuffer.wrap(inflate(packed, from));
        try {
            int count = plain.getInt();
            var headers = new LinkedHashMap<String, List<String>>();
            for (int i = 0; i < count; i++) {
                String name = readText(plain).toLowerCase(Locale.ROOT);
                headers.put(name, List.of(readText(plain).split("\0", -1)));
            }
            return headers;
        } catch (BufferUnderflowException e) {
            throw new IOException("a SPDY header block is cut short", e);
        }
    }

    private static String readText(ByteBuffer plain) throws IOException {
        int length = plain.getInt();
        if (length < 0 || length > plain.remaining()) {
            throw new IOException("a SPDY header block is malformed");
        }
        byte[] text = new byte[length];
        plain.get(text);
        return new String(text, UTF_8);
    }

    private byte[] inflate(byte[] packed, int from) throws IOException {
        inflater.setInput(packed, from, packed.length - from);
        byte[] plain = new byte[1024];
        int length = 0;
        try {
            while (true) {
                if (length == plain.length) {
                    plain = Arrays.copyOf(plain, 2 * plain.length);
                }
                int n = inflater.inflate(plain, length, plain.length - length);
                length += n;
                if (length > MOST) {
                    throw new IOException("a SPDY header block is too large");
                }
                if (n == 0 && inflater.needsDictionary()) {
                    inflater.setDictionary(DICTIONARY);
                } else if (n == 0 && length < plain.length) {
                    return Arrays.copyOf(plain, length);
                }
            }
        } catch (DataFormatException | IllegalArgumentException e) {
            throw new IOException("a SPDY header block cannot be unpacked", e);
        }
    }

    @Override
    public void close() {
        deflater.end();
        inflater.end();
    }
}
