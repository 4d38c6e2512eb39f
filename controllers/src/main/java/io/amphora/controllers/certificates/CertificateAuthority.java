package io.amphora.controllers.certificates;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// Signs certificates in the name of the cluster (ECDSA with SHA-256).
public record CertificateAuthority(X509Certificate certificate, PrivateKey key) {
    /// How far back a certificate is good, since clocks differ.
    private static final Duration BACKDATE = Duration.ofMinutes(5);

    /// A shorter life is not shortened further by what lies before it.
    private static final Duration SHORT = Duration.ofHours(8);

    /// The usages of certificates.k8s.io/v1 as bits of RFC 5280, 4.2.1.3 …
    private static final Map<String, Integer> BITS = Map.ofEntries(
            Map.entry("signing", KeyUsage.digitalSignature),
            Map.entry("digital signature", KeyUsage.digitalSignature),
            Map.entry("content commitment", KeyUsage.nonRepudiation),
            Map.entry("key encipherment", KeyUsage.keyEncipherment),
            Map.entry("data encipherment", KeyUsage.dataEncipherment),
            Map.entry("key agreement", KeyUsage.keyAgreement),
            Map.entry("cert sign", KeyUsage.keyCertSign),
            Map.entry("crl sign", KeyUsage.cRLSign),
            Map.entry("encipher only", KeyUsage.encipherOnly),
            Map.entry("decipher only", KeyUsage.decipherOnly));

    /// … and as purposes of 4.2.1.12.
    private static final Map<String, KeyPurposeId> PURPOSES = Map.ofEntries(
            Map.entry("any", KeyPurposeId.anyExtendedKeyUsage),
            Map.entry("server auth", KeyPurposeId.id_kp_serverAuth),
            Map.entry("client auth", KeyPurposeId.id_kp_clientAuth),
            Map.entry("code signing", KeyPurposeId.id_kp_codeSigning),
            Map.entry("email protection", KeyPurposeId.id_kp_emailProtection),
            Map.entry("s/mime", KeyPurposeId.id_kp_emailProtection),
            Map.entry("ipsec end system", KeyPurposeId.id_kp_ipsecEndSystem),
            Map.entry("ipsec tunnel", KeyPurposeId.id_kp_ipsecTunnel),
            Map.entry("ipsec user", KeyPurposeId.id_kp_ipsecUser),
            Map.entry("timestamping", KeyPurposeId.id_kp_timeStamping),
            Map.entry("ocsp signing", KeyPurposeId.id_kp_OCSPSigning));

    /// What a certificate is to say.
    ///
    /// @param names the alternative names of a server
    /// @param usages in the words of certificates.k8s.io/v1
    /// @param life from its beginning, of a short one from now on; it never outlives the authority's own
    public record Wanted(
            X500Name subject,
            SubjectPublicKeyInfo key,
            List<GeneralName> names,
            List<String> usages,
            BigInteger serial,
            Duration life) {}

    /// The certificate that somebody asked for, as PEM.
    public String sign(Wanted wanted, Instant now) {
        return sign(wanted, now, BACKDATE);
    }

    /// @param backdate how far back it is good
    public String sign(Wanted wanted, Instant now, Duration backdate) {
        boolean isShort = wanted.life().compareTo(SHORT) < 0;
        Instant end = now.plus(isShort ? wanted.life() : wanted.life().minus(backdate));
        Instant last = certificate.getNotAfter().toInstant();
        try {
            var builder = new X509v3CertificateBuilder(
                    new JcaX509CertificateHolder(certificate).getSubject(),
                    wanted.serial(),
                    Date.from(now.minus(backdate)),
                    Date.from(end.isBefore(last) ? end : last),
                    wanted.subject(),
                    wanted.key());
            var utilities = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.authorityKeyIdentifier, false, utilities.createAuthorityKeyIdentifier(certificate));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            int bits = wanted.usages().stream()
                    .mapToInt(usage -> BITS.getOrDefault(usage, 0))
                    .reduce(0, (one, other) -> one | other);
            if (bits != 0) builder.addExtension(Extension.keyUsage, true, new KeyUsage(bits));
            var purposes = wanted.usages().stream()
                    .filter(PURPOSES::containsKey)
                    .map(PURPOSES::get)
                    .distinct()
                    .toArray(KeyPurposeId[]::new);
            if (purposes.length > 0)
                builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            if (!wanted.names().isEmpty())
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(wanted.names().toArray(GeneralName[]::new)));
            return pem(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (IOException | GeneralSecurityException | OperatorCreationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Whether a certificate has one purpose, in the words of certificates.k8s.io/v1, and no other.
    public static boolean isFor(X509Certificate certificate, String purpose) throws CertificateParsingException {
        List<String> purposes = certificate.getExtendedKeyUsage();
        return purposes != null
                && PURPOSES.get(purpose) instanceof KeyPurposeId one
                && purposes.equals(List.of(one.getId()));
    }

    private static String pem(Object value) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(value);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return text.toString();
    }
}
