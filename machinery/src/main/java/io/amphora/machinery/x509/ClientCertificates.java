package io.amphora.machinery.x509;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;

/// Whose a client's certificate is. That its authority is trusted and its key was proven is TLS'
/// to say; here is judged whether it is one by which somebody may authenticate.
public final class ClientCertificates {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_PURPOSE = "2.5.29.37.0";

    private ClientCertificates() {}

    /// @throws IllegalArgumentException saying why, when it is a server's or an authority's
    ///     certificate, or does not name exactly one user
    public static Subject subject(X509Certificate certificate) {
        if (certificate.getBasicConstraints() >= 0)
            throw new IllegalArgumentException("a certificate authority is no client");
        if (!isForClients(certificate))
            throw new IllegalArgumentException("certificate specifies an incompatible key usage");
        Subject subject = Subject.read(certificate.getSubjectX500Principal().getEncoded());
        if (subject.commonName().isEmpty()) throw new IllegalArgumentException("no common name");
        return subject;
    }

    /// A certificate that names no purpose is for all (RFC 5280, 4.2.1.12).
    private static boolean isForClients(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            return purposes == null || purposes.contains(CLIENT_AUTH) || purposes.contains(ANY_PURPOSE);
        } catch (CertificateParsingException malformed) {
            return false;
        }
    }
}
