package io.amphora.controllers.certificates;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/// Which keys are certified: those that nobody else can compute, and that TLS libraries take.
final class RequestKeys {
    private static final int SHORTEST_RSA = 2048;
    private static final int LONGEST_RSA = 8192;

    /// Curves by name only: parameters of one's own can make a signature fit another's key.
    private static final Set<ASN1ObjectIdentifier> CURVES =
            Set.of(X9ObjectIdentifiers.prime256v1, SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);

    private static final Set<ASN1ObjectIdentifier> SIGNATURES = Set.of(
            PKCSObjectIdentifiers.sha256WithRSAEncryption,
            PKCSObjectIdentifiers.sha384WithRSAEncryption,
            PKCSObjectIdentifiers.sha512WithRSAEncryption,
            PKCSObjectIdentifiers.id_RSASSA_PSS,
            X9ObjectIdentifiers.ecdsa_with_SHA256,
            X9ObjectIdentifiers.ecdsa_with_SHA384,
            X9ObjectIdentifiers.ecdsa_with_SHA512,
            EdECObjectIdentifiers.id_Ed25519);

    private RequestKeys() {}

    static void requireStrong(SubjectPublicKeyInfo key) {
        ASN1ObjectIdentifier algorithm = key.getAlgorithm().getAlgorithm();
        if (algorithm.equals(PKCSObjectIdentifiers.rsaEncryption)) requireStrongRsa(key);
        else if (algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey))
            requireKnownCurve(key.getAlgorithm().getParameters());
        else if (!algorithm.equals(EdECObjectIdentifiers.id_Ed25519))
            throw new IllegalArgumentException("the key is none of RSA, ECDSA and Ed25519");
    }

    static void requireStrongSignature(ASN1ObjectIdentifier algorithm) {
        if (!SIGNATURES.contains(algorithm))
            throw new IllegalArgumentException("the signature algorithm " + algorithm + " is not accepted");
    }

    private static void requireStrongRsa(SubjectPublicKeyInfo key) {
        RSAPublicKey rsa;
        try {
            rsa = RSAPublicKey.getInstance(key.parsePublicKey());
        } catch (IOException malformed) {
            throw new IllegalArgumentException("the key cannot be read", malformed);
        }
        int bits = rsa.getModulus().bitLength();
        if (bits < SHORTEST_RSA || bits > LONGEST_RSA)
            throw new IllegalArgumentException(
                    "an RSA key of " + bits + " bits; it needs " + SHORTEST_RSA + " to " + LONGEST_RSA);
        BigInteger exponent = rsa.getPublicExponent();
        if (!exponent.testBit(0) || exponent.bitLength() < 2 || exponent.bitLength() > Integer.SIZE)
            throw new IllegalArgumentException("an RSA key whose public exponent is not accepted");
    }

    private static void requireKnownCurve(ASN1Encodable parameters) {
        if (!(parameters instanceof ASN1ObjectIdentifier curve) || !CURVES.contains(curve))
            throw new IllegalArgumentException("the curve of an ECDSA key is none of P-256, P-384 and P-521");
    }
}
