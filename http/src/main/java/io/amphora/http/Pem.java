package io.amphora.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/// Reads certificates and keys from PEM. The JDK reads private keys only as PKCS#8; kubeconfigs of kubeadm hold
/// PKCS#1, those of others SEC1, so the two are put into PKCS#8's envelope here (RFC 5208, 8017, 5915).
final class Pem {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final int SEQUENCE = 0x30;
    private static final int OCTETS = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};
    /// SEQUENCE { OID 1.2.840.113549.1.1.1, NULL }
    private static final byte[] RSA = {
        0x30, 0x0d, 0x06, 0x09, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00
    };
    /// OID 1.2.840.10045.2.1
    private static final byte[] EC = {0x06, 0x07, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x02, 0x01};

    /// OIDs 1.2.840.10045.3.1.7, 1.3.132.0.34 and 1.3.132.0.35
    private static final byte[] P256 = {0x06, 0x08, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 0x03, 0x01, 0x07};

    private static final byte[] P384 = {0x06, 0x05, 0x2b, (byte) 0x81, 0x04, 0x00, 0x22};
    private static final byte[] P521 = {0x06, 0x05, 0x2b, (byte) 0x81, 0x04, 0x00, 0x23};

    private Pem() {}

    static List<X509Certificate> certificates(String pem) {
        try {
            var factory = CertificateFactory.getInstance("X.509");
            var found = new java.util.ArrayList<X509Certificate>();
            for (var block = BLOCK.matcher(pem); block.find(); ) {
                if (block.group(1).equals("CERTIFICATE")) {
                    found.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(decode(block.group(2)))));
                }
            }
            if (found.isEmpty()) {
                throw new IllegalArgumentException("there is no PEM certificate where one is expected");
            }
            return found;
        } catch (CertificateException e) {
            throw new IllegalArgumentException("a certificate cannot be read: " + e.getMessage(), e);
        }
    }

    static PrivateKey privateKey(String pem) {
        for (var block = BLOCK.matcher(pem); block.find(); ) {
            byte[] der = decode(block.group(2));
            switch (block.group(1)) {
                case "PRIVATE KEY" -> {
                    return pkcs8(der);
                }
                case "RSA PRIVATE KEY" -> {
                    return pkcs8(tagged(SEQUENCE, VERSION_0, RSA, tagged(OCTETS, der)));
                }
                case "EC PRIVATE KEY" -> {
                    byte[] algorithm = tagged(SEQUENCE, EC, curve(der));
                    return pkcs8(tagged(SEQUENCE, VERSION_0, algorithm, tagged(OCTETS, der)));
                }
                case "ENCRYPTED PRIVATE KEY" ->
                    throw new IllegalArgumentException(
                            "the private key is encrypted; only keys without a password are read");
                default -> {} // certificates and EC PARAMETERS may stand before the key
            }
        }
        throw new IllegalArgumentException("there is no PEM private key where one is expected");
    }

    private static PrivateKey pkcs8(byte[] der) {
        GeneralSecurityException last = null;
        for (String algorithm : List.of("EC", "RSA", "EdDSA")) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (GeneralSecurityException e) {
                last = e;
            }
        }
        throw new IllegalArgumentException("the private key is none of EC, RSA and EdDSA", last);
    }

    /// SEC1: SEQUENCE { version, OCTET STRING key, [0] { OID of the curve }, [1] public key }.
    private static byte[] curve(byte[] sec1) {
        int keyBytes = 0;
        try {
            int at = contentStart(sec1, 0);
            while (at < sec1.length) {
                int content = contentStart(sec1, at);
                int end = content + length(sec1, at);
                if (sec1[at] == (byte) 0xa0) {
                    return Arrays.copyOfRange(sec1, content, end);
                }
                keyBytes = sec1[at] == OCTETS ? end - content : keyBytes;
                at = end;
            }
        } catch (ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException("the EC private key is cut short", e);
        }
        return switch (keyBytes) { // some writers leave the curve out
            case 32 -> P256;
            case 48 -> P384;
            case 66 -> P521;
            default -> throw new IllegalArgumentException("the EC private key does not name its curve");
        };
    }

    private static int contentStart(byte[] der, int at) {
        return at + 2 + (der[at + 1] < 0 ? der[at + 1] & 0x7f : 0);
    }

    private static int length(byte[] der, int at) {
        if (der[at + 1] >= 0) {
            return der[at + 1];
        }
        int length = 0;
        for (int i = 0; i < (der[at + 1] & 0x7f); i++) {
            length = length << 8 | der[at + 2 + i] & 0xff;
        }
        return length;
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        int length = Arrays.stream(parts).mapToInt(part -> part.length).sum();
        var out = new ByteArrayOutputStream(length + 4);
        out.write(tag);
        if (length < 0x80) {
            out.write(length);
        } else if (length < 0x100) {
            out.write(0x81);
            out.write(length);
        } else {
            out.write(0x82);
            out.write(length >> 8);
            out.write(length);
        }
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] decode(String base64) {
        try {
            return Base64.getMimeDecoder().decode(base64.getBytes(StandardCharsets.US_ASCII));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a PEM block is not base64: " + e.getMessage(), e);
        }
    }
}
