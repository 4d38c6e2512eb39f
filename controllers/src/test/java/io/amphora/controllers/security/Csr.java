package io.amphora.controllers.security;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.CertificationRequest;
import org.bouncycastle.asn1.pkcs.CertificationRequestInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;

/// A request for a certificate with any oddity that an attacker may think of.
///
/// @param subject the parts of the name
/// @param asked values of attributes that ask for extensions, one attribute each
/// @param keys whose public half is in it, and with whose private half it is signed
record Csr(List<RDN> subject, List<ASN1Set> asked, KeyPair keys, KeyPair signer, String algorithm) {
    static final KeyPair KEYS = keys("EC", new ECGenParameterSpec("secp256r1"));

    /// A request of parts such as `O=system:nodes`, `CN=a`.
    static Csr of(String... parts) {
        var subject = new ArrayList<RDN>();
        for (String part : parts) subject.add(rdn(pair(part)));
        return new Csr(List.copyOf(subject), List.of(), KEYS, KEYS, "SHA256withECDSA");
    }

    static Csr ofNode(String name) {
        return of("O=system:nodes", "CN=system:node:" + name);
    }

    static RDN rdn(AttributeTypeAndValue... pairs) {
        return new RDN(pairs);
    }

    static AttributeTypeAndValue pair(String text) {
        int equals = text.indexOf('=');
        return pair(text.substring(0, equals), new DERUTF8String(text.substring(equals + 1)));
    }

    static AttributeTypeAndValue pair(String type, ASN1Encodable value) {
        return new AttributeTypeAndValue(type(type), value);
    }

    private static ASN1ObjectIdentifier type(String name) {
        return switch (name) {
            case "CN" -> BCStyle.CN;
            case "O" -> BCStyle.O;
            default -> new ASN1ObjectIdentifier(name);
        };
    }

    Csr with(RDN part) {
        var more = new ArrayList<>(subject);
        more.add(part);
        return new Csr(more, asked, keys, signer, algorithm);
    }

    Csr withKeys(KeyPair pair, String algorithm) {
        return new Csr(subject, asked, pair, pair, algorithm);
    }

    Csr signedBy(KeyPair other) {
        return new Csr(subject, asked, keys, other, algorithm);
    }

    /// One more attribute that asks for these extensions.
    Csr asking(Extension... extensions) {
        return asking(new DERSet(new Extensions(extensions)));
    }

    Csr asking(ASN1Set values) {
        var more = new ArrayList<>(asked);
        more.add(values);
        return new Csr(subject, more, keys, signer, algorithm);
    }

    /// One more attribute that asks for DNS names and addresses.
    Csr named(String... names) {
        var all = new ArrayList<GeneralName>();
        for (String name : names)
            all.add(new GeneralName(
                    name.matches("[0-9.]+|.*:.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName, name));
        return asking(names(all.toArray(GeneralName[]::new)));
    }

    static Extension names(GeneralName... names) {
        return extension(Extension.subjectAlternativeName, new GeneralNames(names));
    }

    static Extension authority() {
        return extension(Extension.basicConstraints, new BasicConstraints(true));
    }

    private static Extension extension(ASN1ObjectIdentifier type, ASN1Encodable value) {
        try {
            return new Extension(type, true, value.toASN1Primitive().getEncoded());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    byte[] pem() {
        var attributes = new Attribute[asked.size()];
        for (int i = 0; i < attributes.length; i++)
            attributes[i] = new Attribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, asked.get(i));
        var info = new CertificationRequestInfo(
                new X500Name(subject.toArray(RDN[]::new)),
                SubjectPublicKeyInfo.getInstance(keys.getPublic().getEncoded()),
                new DERSet(attributes));
        var text = new StringWriter();
        try (var writer = new JcaPEMWriter(text)) {
            var by = new JcaContentSignerBuilder(algorithm).build(signer.getPrivate());
            by.getOutputStream().write(info.getEncoded("DER"));
            writer.writeObject(new PKCS10CertificationRequest(
                    new CertificationRequest(info, by.getAlgorithmIdentifier(), new DERBitString(by.getSignature()))));
        } catch (IOException | OperatorCreationException impossible) {
            throw new IllegalStateException(impossible);
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    static KeyPair rsa(int bits) {
        return keys("RSA", new RSAKeyGenParameterSpec(bits, RSAKeyGenParameterSpec.F4));
    }

    static KeyPair keys(String algorithm, AlgorithmParameterSpec parameters) {
        try {
            var generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(parameters);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
