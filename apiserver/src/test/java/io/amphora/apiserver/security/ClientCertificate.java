package io.amphora.apiserver.security;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/// A certificate as it may come out of any authority, and the request for it.
///
/// @param purposes none for a certificate that does not say
record ClientCertificate(List<RDN> subject, List<KeyPurposeId> purposes, boolean authority) {
    private static final KeyPair KEYS = keys();

    /// With a subject of parts such as `O=system:nodes`, each with one or more pairs.
    static ClientCertificate of(RDN... parts) {
        return new ClientCertificate(List.of(parts), List.of(KeyPurposeId.id_kp_clientAuth), false);
    }

    static ClientCertificate of(String... parts) {
        return of(Arrays.stream(parts).map(part -> rdn(pair(part))).toArray(RDN[]::new));
    }

    static RDN rdn(AttributeTypeAndValue... pairs) {
        return new RDN(pairs);
    }

    static AttributeTypeAndValue pair(String text) {
        int equals = text.indexOf('=');
        return pair(text.substring(0, equals), new DERUTF8String(text.substring(equals + 1)));
    }

    static AttributeTypeAndValue pair(String type, ASN1Encodable value) {
        ASN1ObjectIdentifier identifier = switch (type) {
            case "CN" -> BCStyle.CN;
            case "O" -> BCStyle.O;
            default -> new ASN1ObjectIdentifier(type);
        };
        return new AttributeTypeAndValue(identifier, value);
    }

    ClientCertificate withPurposes(KeyPurposeId... others) {
        return new ClientCertificate(subject, List.of(others), authority);
    }

    ClientCertificate withAuthority() {
        return new ClientCertificate(subject, purposes, true);
    }

    private X500Name name() {
        return new X500Name(subject.toArray(RDN[]::new));
    }

    X509Certificate certificate() {
        return certificate(Instant.parse("2020-01-01T00:00:00Z"), Instant.parse("2090-01-01T00:00:00Z"));
    }

    X509Certificate certificate(Instant from, Instant until) {
        try {
            var builder = new JcaX509v3CertificateBuilder(
                    new X500Name("CN=authority"),
                    BigInteger.ONE,
                    Date.from(from),
                    Date.from(until),
                    name(),
                    KEYS.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!purposes.isEmpty())
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes.toArray(KeyPurposeId[]::new)));
            byte[] signed = builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEYS.getPrivate()))
                    .getEncoded();
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(signed));
        } catch (IOException | GeneralSecurityException | OperatorCreationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /// PKCS #10 as PEM.
    String request() {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(new JcaPKCS10CertificationRequestBuilder(name(), KEYS.getPublic())
                    .build(new JcaContentSignerBuilder("SHA256withECDSA").build(KEYS.getPrivate())));
        } catch (IOException | OperatorCreationException impossible) {
            throw new IllegalStateException(impossible);
        }
        return text.toString();
    }

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
