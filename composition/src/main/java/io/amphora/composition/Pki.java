package io.amphora.composition;

import io.amphora.controllers.certificates.CertificateAuthority;
import io.amphora.controllers.certificates.SubjectNames;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.x509.Subject;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECNamedCurves;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/// The cluster's certificate authority (ECDSA P-256) and what it has signed, kept as PEM files in one folder.
public final class Pki {
    /// How far back the cluster's own certificates are good: clocks are set back, by the hour when a time zone was
    /// wrong.
    private static final Duration LEEWAY = Duration.ofHours(2);

    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LIFE = Duration.ofDays(365);
    private static final X9ECParameters CURVE = SECNamedCurves.getByOID(SECObjectIdentifiers.secp256r1);

    /// A certificate with its key, both as PEM.
    public record Identity(String certificate, String key) {}

    private final Path folder;
    private final Clock clock;
    private final Randomness randomness;
    private final X509Certificate authority;
    private final CertificateAuthority signer;

    /// Opens the authority in `folder`, or makes one there.
    public Pki(Path folder, Clock clock, Randomness randomness) {
        this.folder = folder;
        this.clock = clock;
        this.randomness = randomness;
        try {
            PrivateFolder.make(folder);
            if (!Files.exists(folder.resolve("ca.crt"))) createAuthority();
            authority = readCertificate(Files.readString(folder.resolve("ca.crt")));
            signer = new CertificateAuthority(authority, readKey(Files.readString(folder.resolve("ca.key"))));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The authority's certificate as PEM.
    public String authority() {
        return pem(authority);
    }

    /// The SHA-256 of the authority's public key, in hex: what a joining node checks the server by (as
    /// kubeadm's CA
    /// hash).
    String pin() {
        return pin(authority());
    }

    static String pin(String authority) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(readCertificate(authority).getPublicKey().getEncoded());
            return java.util.HexFormat.of().formatHex(hash);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// A client's identity, kept under `name`; made when it is missing or runs out within a month.
    public Identity client(String name, String user, List<String> groups) {
        return identity(name, user, groups, List.of(), "client auth");
    }

    /// A server's identity, kept under `name`; made when it is missing, runs out within a month,
    /// or lacks one of the names. It is good for nobody who wants to be a client.
    ///
    /// @param names DNS names and addresses
    public Identity server(String name, String user, List<String> names) {
        return identity(name, user, List.of(), names, "server auth");
    }

    private Identity identity(String name, String user, List<String> groups, List<String> serverNames, String purpose) {
        Path certificate = folder.resolve(name + ".crt");
        Path key = folder.resolve(name + ".key");
        try {
            if (Files.exists(certificate) && Files.exists(key)) {
                var kept = new Identity(Files.readString(certificate), Files.readString(key));
                boolean readByAll = kept.key().contains("EC PRIVATE KEY");
                if (readByAll && stillGood(kept, Subject.of(user, groups), serverNames, purpose)) return kept;
            }
            KeyPair pair = newKeyPair();
            String signed = sign(pair.getPublic(), Subject.of(user, groups), serverNames, purpose);
            writePrivately(key, keyPem(pair.getPrivate()));
            Files.writeString(certificate, signed);
            return new Identity(signed, Files.readString(key));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The key pair kept under `name`, made when it is missing; for signing tokens, so no certificate goes with
    /// it.
    KeyPair keyPair(String name) {
        Path file = folder.resolve(name + ".key");
        Path publicFile = folder.resolve(name + ".pub");
        try {
            if (!Files.exists(file) || !Files.exists(publicFile)) {
                KeyPair made = newKeyPair();
                Files.writeString(publicFile, pem(made.getPublic()));
                writePrivately(file, keyPem(made.getPrivate()));
            }
            return new KeyPair(readPublicKey(Files.readString(publicFile)), readKey(Files.readString(file)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private String sign(PublicKey key, Subject subject, List<String> serverNames, String purpose) {
        var wanted = new CertificateAuthority.Wanted(
                SubjectNames.encoded(subject),
                SubjectPublicKeyInfo.getInstance(key.getEncoded()),
                generalNames(serverNames),
                List.of("digital signature", purpose),
                serial(),
                LIFE);
        return signer.sign(wanted, clock.now(), LEEWAY);
    }

    /// Signs for the cluster.
    public CertificateAuthority signer() {
        return signer;
    }

    private void createAuthority() throws IOException {
        try {
            KeyPair pair = newKeyPair();
            Instant now = clock.now();
            var name = new X500Name("CN=amphora-ca");
            var builder = new JcaX509v3CertificateBuilder(
                    name,
                    serial(),
                    Date.from(now.minus(LEEWAY)),
                    Date.from(now.plus(AUTHORITY_LIFE)),
                    name,
                    pair.getPublic());
            var utilities = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier, false, utilities.createSubjectKeyIdentifier(pair.getPublic()));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            writePrivately(folder.resolve("ca.key"), keyPem(pair.getPrivate()));
            Files.writeString(folder.resolve("ca.crt"), pem(builder.build(signer)));
        } catch (GeneralSecurityException | OperatorCreationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Earlier versions gave one certificate for both purposes.
    private boolean stillGood(Identity kept, Subject subject, List<String> serverNames, String purpose) {
        try {
            X509Certificate certificate = readCertificate(kept.certificate());
            certificate.verify(authority.getPublicKey());
            if (certificate.getNotAfter().toInstant().isBefore(clock.now().plus(Duration.ofDays(30)))) return false;
            return Subject.read(certificate.getSubjectX500Principal().getEncoded())
                            .equals(subject)
                    && alternatives(certificate).containsAll(serverNames)
                    && CertificateAuthority.isFor(certificate, purpose);
        } catch (GeneralSecurityException | IllegalArgumentException failure) {
            return false;
        }
    }

    /// Whether an identity is kept under `name`.
    boolean has(String name) {
        return Files.exists(folder.resolve(name + ".crt"));
    }

    private BigInteger serial() {
        return new BigInteger(1, randomness.bytes(16));
    }

    static KeyPair newKeyPair() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static X509Certificate readCertificate(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof X509CertificateHolder holder))
                throw new IllegalArgumentException("this is no certificate in PEM form");
            return new JcaX509CertificateConverter().getCertificate(holder);
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalArgumentException("this is no certificate in PEM form", failure);
        }
    }

    private static PublicKey readPublicKey(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            if (!(parser.readObject() instanceof SubjectPublicKeyInfo info))
                throw new IllegalArgumentException("this is no public key in PEM form");
            return new JcaPEMKeyConverter().getPublicKey(info);
        } catch (IOException failure) {
            throw new IllegalArgumentException("this is no public key in PEM form", failure);
        }
    }

    static PrivateKey readKey(String pem) {
        try (var parser = new PEMParser(new StringReader(pem))) {
            var converter = new JcaPEMKeyConverter();
            return switch (parser.readObject()) {
                case PEMKeyPair pair -> converter.getKeyPair(pair).getPrivate();
                case PrivateKeyInfo info -> converter.getPrivateKey(info);
                case null, default -> throw new IllegalArgumentException("this is no private key in PEM form");
            };
        } catch (IOException failure) {
            throw new IllegalArgumentException("this is no private key in PEM form", failure);
        }
    }

    static String pem(Object value) {
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            writer.writeObject(value);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return text.toString();
    }

    /// As SEC 1 has it (`BEGIN EC PRIVATE KEY`), with its curve and its public key: there are clients that take
    /// every PKCS #8 for RSA.
    static String keyPem(PrivateKey key) {
        BigInteger secret = ((ECPrivateKey) key).getS();
        byte[] point = CURVE.getG().multiply(secret).normalize().getEncoded(false);
        var sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(
                CURVE.getN().bitLength(), secret, new DERBitString(point), SECObjectIdentifiers.secp256r1);
        try {
            return pem(new PemObject("EC PRIVATE KEY", sec1.getEncoded()));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static String base64(String pem) {
        return Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
    }

    /// Whether a certificate is signed by `authority` and good for a server's name or address.
    static boolean isFor(String certificate, String authority, String name) {
        try {
            X509Certificate read = readCertificate(certificate);
            read.verify(readCertificate(authority).getPublicKey());
            return alternatives(read).contains(name);
        } catch (GeneralSecurityException | IllegalArgumentException other) {
            return false;
        }
    }

    /// A request for a certificate (PKCS #10) as PEM.
    static String request(KeyPair keys, String user, List<String> groups, List<String> serverNames) {
        try {
            var builder = new JcaPKCS10CertificationRequestBuilder(
                    SubjectNames.encoded(Subject.of(user, groups)), keys.getPublic());
            if (!serverNames.isEmpty()) {
                var extensions = new ExtensionsGenerator();
                var names = generalNames(serverNames).toArray(GeneralName[]::new);
                extensions.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
                builder.addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, extensions.generate());
            }
            return pem(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
        } catch (IOException | OperatorCreationException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static List<GeneralName> generalNames(List<String> names) {
        return names.stream()
                .map(name -> new GeneralName(isAddress(name) ? GeneralName.iPAddress : GeneralName.dNSName, name))
                .toList();
    }

    private static List<Object> alternatives(X509Certificate certificate) throws GeneralSecurityException {
        var names = certificate.getSubjectAlternativeNames();
        if (names == null) return List.of();
        return names.stream().<Object>map(pair -> pair.get(1)).toList();
    }

    private static boolean isAddress(String name) {
        return name.contains(":") || name.matches("[0-9.]+");
    }

    static void writePrivately(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, text);
    }
}
