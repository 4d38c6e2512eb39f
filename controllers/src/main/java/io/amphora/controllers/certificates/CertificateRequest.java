package io.amphora.controllers.certificates;

import io.amphora.api.certificates.v1.CertificationRequest;
import io.amphora.machinery.x509.Subject;
import java.io.IOException;
import java.util.List;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.pkcs.Attribute;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/// What a request for a certificate (PKCS #10) says. Who approves and who signs have this alone,
/// so that nothing gets into a certificate which was not looked at.
///
/// @param names the subject's alternative names
/// @param ofAuthority whether it asks for the certificate of an authority, which nobody gets
record CertificateRequest(Subject subject, SubjectPublicKeyInfo key, AlternativeNames names, boolean ofAuthority) {

    /// @param pem of `spec.request`
    /// @throws IllegalArgumentException when it is none, its subject or its key is refused, it can
    ///     be read in two ways, or is not signed by its own key
    static CertificateRequest parse(byte[] pem) {
        CertificationRequest request = CertificationRequest.read(pem);
        try {
            return parse(request);
        } catch (IOException | PKCSException | OperatorCreationException | RuntimeException unreadable) {
            throw new IllegalArgumentException("unable to parse csr: " + unreadable.getMessage(), unreadable);
        } catch (StackOverflowError deep) {
            throw new IllegalArgumentException("unable to parse csr: it is nested too deeply", deep);
        }
    }

    private static CertificateRequest parse(CertificationRequest request)
            throws IOException, PKCSException, OperatorCreationException {
        var message = new PKCS10CertificationRequest(request.der());
        SubjectPublicKeyInfo key = message.getSubjectPublicKeyInfo();
        RequestKeys.requireStrong(key);
        RequestKeys.requireStrongSignature(message.getSignatureAlgorithm().getAlgorithm());
        if (!message.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key)))
            throw new IllegalArgumentException("the request is not signed by its own key");
        Extensions extensions = extensions(message);
        GeneralNames names = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
        BasicConstraints constraints = BasicConstraints.fromExtensions(extensions);
        return new CertificateRequest(
                request.subject(),
                key,
                names == null ? AlternativeNames.NONE : AlternativeNames.of(names.getNames()),
                constraints != null && constraints.isCA());
    }

    String commonName() {
        return subject.commonName();
    }

    List<String> organizations() {
        return subject.organizations();
    }

    /// Those of the one attribute that asks for extensions, where each stands once; null without
    /// such an attribute.
    private static @Nullable Extensions extensions(PKCS10CertificationRequest message) {
        Attribute[] asked = message.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest);
        if (asked.length == 0) return null;
        ASN1Set values = asked[0].getAttrValues();
        if (asked.length > 1 || values.size() != 1)
            throw new IllegalArgumentException("extensions are asked for twice");
        return Extensions.getInstance(values.getObjectAt(0));
    }
}
