package io.amphora.api.certificates.v1;

import io.amphora.machinery.x509.Der;
import io.amphora.machinery.x509.Subject;

/// A request for a certificate (PKCS #10, RFC 2986) as it stands in `spec.request`: which bytes
/// are meant, and whom they name. Who admits, approves and signs reads it here.
///
/// @param der of the first PEM block, which is all that counts
public record CertificationRequest(byte[] der, Subject subject) {

    /// ```
    /// SEQUENCE { SEQUENCE { INTEGER version, Name subject, … }, … }
    /// ```
    ///
    /// @param pem of `spec.request`
    /// @throws IllegalArgumentException in a sentence, when it is none, or its subject is refused
    ///     ([Subject])
    public static CertificationRequest read(byte[] pem) {
        var blocks = PemBlocks.of(pem).blocks();
        if (blocks.isEmpty() || !blocks.getFirst().type().equals("CERTIFICATE REQUEST"))
            throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
        byte[] bytes = blocks.getFirst().bytes();
        try {
            Der whole = Der.of(bytes);
            Der message = whole.next(Der.SEQUENCE);
            whole.end();
            Der info = message.next(Der.SEQUENCE);
            info.next(Der.INTEGER);
            return new CertificationRequest(bytes, Subject.next(info));
        } catch (IllegalArgumentException malformed) {
            throw new IllegalArgumentException("unable to parse csr: " + malformed.getMessage(), malformed);
        }
    }
}
