package io.amphora.api.certificates.v1;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Blocks of PEM (RFC 7468) as requests for certificates and certificates come in.
record PemBlocks(List<Block> blocks) {
    /// Never backtracks over blanks: there may be millions.
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([^-\n]+)-----[ \t\r]*+\n([A-Za-z0-9+/=\\s]*+)-----END \\1-----");

    /// What a DER structure may start with: tag 16, constructed.
    private static final int SEQUENCE = 0x30;

    record Block(String type, byte[] bytes) {}

    static PemBlocks of(byte[] text) {
        var blocks = new ArrayList<Block>();
        var matcher = BLOCK.matcher(new String(text, StandardCharsets.ISO_8859_1));
        while (matcher.find()) {
            try {
                blocks.add(new Block(matcher.group(1), Base64.getMimeDecoder().decode(matcher.group(2))));
            } catch (IllegalArgumentException notBase64) {
                // Text that only looks like a block is passed over.
            }
        }
        return new PemBlocks(List.copyOf(blocks));
    }

    /// What is wrong with bytes that should be one DER sequence, "" for nothing. In Go's words, which clients
    /// see.
    static String problem(byte[] der) {
        if (der.length < 2) return "asn1: syntax error: truncated tag or length";
        int tag = der[0] & 0xff;
        int length = der[1] & 0xff;
        int start = 2;
        if (length >= 0x80) {
            int bytes = length & 0x7f;
            if (bytes == 0 || bytes > 4 || der.length < 2 + bytes) return "asn1: syntax error: truncated tag or length";
            length = 0;
            for (int i = 0; i < bytes; i++) length = length << 8 | der[2 + i] & 0xff;
            start = 2 + bytes;
        }
        if (tag != SEQUENCE)
            return "asn1: structure error: tags don't match (16 vs {class:" + (tag >> 6) + " tag:" + (tag & 0x1f)
                    + " length:" + length + " isCompound:" + ((tag & 0x20) != 0)
                    + "}) {optional:false explicit:false application:false private:false defaultValue:<nil> tag:<nil> "
                    + "stringType:0 timeType:0 set:false omitEmpty:false} certificateRequest @" + start;
        if (length < 0 || length > der.length - start) return "asn1: syntax error: data truncated";
        return length < der.length - start ? "asn1: syntax error: trailing data" : "";
    }
}
