package io.amphora.api.certificates.v1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Whom a PKCS #10 request (RFC 2986) asks a certificate for. Reads the subject and nothing else:
///
/// ```
/// SEQUENCE { SEQUENCE { INTEGER version, SEQUENCE of SET of SEQUENCE { OBJECT IDENTIFIER, text }, … }, … }
/// ```
///
/// @param commonName the last one, "" for none
public record RequestSubject(String commonName, List<String> organizations) {
    private static final int SEQUENCE = 0x30;
    private static final int INTEGER = 0x02;
    private static final int IDENTIFIER = 0x06;
    private static final List<Integer> COMMON_NAME = List.of(0x55, 0x04, 0x03);
    private static final List<Integer> ORGANIZATION = List.of(0x55, 0x04, 0x0a);

    /// Empty when the text is no request.
    public static Optional<RequestSubject> read(byte[] pem) {
        return PemBlocks.of(pem).blocks().stream()
                .filter(block -> block.type().equals("CERTIFICATE REQUEST"))
                .findFirst()
                .flatMap(block -> ofDer(block.bytes()));
    }

    private static Optional<RequestSubject> ofDer(byte[] der) {
        try {
            Der info = new Der(der, 0, der.length).next(SEQUENCE).next(SEQUENCE);
            info.next(INTEGER);
            Der name = info.next(SEQUENCE);
            String commonName = "";
            var organizations = new ArrayList<String>();
            while (name.hasMore()) {
                Der set = name.next(0x31);
                while (set.hasMore()) {
                    Der part = set.next(SEQUENCE);
                    List<Integer> type = part.next(IDENTIFIER).content();
                    String value = part.nextText();
                    if (type.equals(COMMON_NAME)) commonName = value;
                    if (type.equals(ORGANIZATION)) organizations.add(value);
                }
            }
            return Optional.of(new RequestSubject(commonName, List.copyOf(organizations)));
        } catch (IndexOutOfBoundsException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /// What lies in one element; moves on as it is read.
    private static final class Der {
        private final byte[] bytes;
        private final int end;
        private int at;

        Der(byte[] bytes, int at, int end) {
            this.bytes = bytes;
            this.at = at;
            this.end = end;
        }

        boolean hasMore() {
            return at < end;
        }

        Der next(int tag) {
            if ((bytes[at] & 0xff) != tag) throw new IllegalArgumentException("tag");
            return next();
        }

        private Der next() {
            int length = bytes[at + 1] & 0xff;
            int start = at + 2;
            if (length >= 0x80) {
                int count = length & 0x7f;
                if (count > 3) throw new IllegalArgumentException("length");
                length = 0;
                for (int i = 0; i < count; i++) length = length << 8 | bytes[start++] & 0xff;
            }
            if (start + length > end) throw new IllegalArgumentException("length");
            at = start + length;
            return new Der(bytes, start, at);
        }

        List<Integer> content() {
            var content = new ArrayList<Integer>();
            for (int i = at; i < end; i++) content.add(bytes[i] & 0xff);
            return content;
        }

        String nextText() {
            Der text = next();
            return new String(text.bytes, text.at, text.end - text.at, StandardCharsets.UTF_8);
        }
    }
}
