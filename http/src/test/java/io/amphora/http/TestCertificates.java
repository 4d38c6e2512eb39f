package io.amphora.http;

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
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// A certificate authority for one test class.
public final class TestCertificates {
    private final KeyPair key = ecKey();
    private final X500Name name = new X500Name("CN=test-ca");

    public String authority() {
        return pem(certificate(name, key, true));
    }

    public Tls server() {
        var own = ecKey();
        return Tls.of(pem(certificate(new X500Name("CN=server"), own, false)), pkcs8(own), authority());
    }

    Tls client(String subject) {
        return client(subject, ecKey());
    }

    Tls client(String subject, KeyPair own) {
        return Tls.of(pem(certificate(new X500Name(subject), own, false)), pkcs8(own), authority());
    }

    public Tls anonymous() {
        return Tls.trusting(authority());
    }

    String certificate(String subject, KeyPair own) {
        return pem(certificate(new X500Name(subject), own, false));
    }

    private Object certificate(X500Name subject, KeyPair own, boolean authority) {
        try {
            var from = Date.from(Instant.parse("2020-01-01T00:00:00Z"));
            var until = Date.from(Instant.parse("2090-01-01T00:00:00Z"));
            var serial = BigInteger.valueOf(own.getPublic().hashCode()).abs();
            var builder = new JcaX509v3CertificateBuilder(name, serial, from, until, subject, own.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.dNSName, "localhost"), new GeneralName(GeneralName.iPAddress, "127.0.0.1")
            }));
            return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate()));
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }

    static KeyPair ecKey() {
        return key("EC", 256);
    }

    static KeyPair key(String algorithm, int bits) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String pkcs8(KeyPair key) {
        try {
            return pem(new JcaPKCS8Generator(key.getPrivate(), null));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// SEC1 for an EC key, PKCS#1 for an RSA key.
    static String traditional(KeyPair key) {
        return pem(key.getPrivate());
    }

    private static String pem(Object object) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }
}
