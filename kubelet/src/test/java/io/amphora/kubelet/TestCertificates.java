package io.amphora.kubelet;

import io.amphora.http.Tls;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority for one test class.
public final class TestCertificates {
    private final KeyPair authority = key();
    private final X500Name name = new X500Name("CN=test-ca");

    /// A certificate for 127.0.0.1 in a subject's name, and trust in the authority.
    public Tls of(String subject) {
        return of(new X500Name(subject), false);
    }

    /// The same with purposes, or as an authority's.
    public Tls of(X500Name subject, boolean isAuthority, KeyPurposeId... purposes) {
        var own = key();
        try {
            var pkcs8 = new JcaPKCS8Generator(own.getPrivate(), null).generate();
            return Tls.of(certificate(subject, own, isAuthority, purposes), pem(pkcs8), trust());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// No certificate, only trust.
    public Tls nobody() {
        return Tls.trusting(trust());
    }

    private String trust() {
        return certificate(name, authority, true);
    }

    private String certificate(X500Name subject, KeyPair own, boolean isAuthority, KeyPurposeId... purposes) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.valueOf(own.getPublic().hashCode()).abs(),
                    Date.from(Instant.parse("2020-01-01T00:00:00Z")),
                    Date.from(Instant.parse("2090-01-01T00:00:00Z")),
                    subject,
                    own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
            if (purposes.length > 0)
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1")));
            return pem(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(authority.getPrivate())));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String pem(Object object) throws IOException {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    private static KeyPair key() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
