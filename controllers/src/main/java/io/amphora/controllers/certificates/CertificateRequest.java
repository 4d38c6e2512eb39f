package io.amphora.controllers.certificates;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x500.style.IETFUtils;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;

/// What a request for a certificate (PKCS #10) says.
///
/// @param names the subject's alternative names, each with its kind
record CertificateRequest(PKCS10CertificationRequest message, List<GeneralName> names) {

    /// @param pem of `spec.request`
    /// @throws IllegalArgumentException when it is none, or is not signed by its own key
    static CertificateRequest parse(byte[] pem) {
        try (var parser = new PEMParser(new StringReader(new String(pem, StandardCharsets.US_ASCII)))) {
            if (!(parser.readObject() instanceof PKCS10CertificationRequest message))
                throw new IllegalArgumentException("PEM block type must be CERTIFICATE REQUEST");
            var verifier = new JcaContentVerifierProviderBuilder().build(message.getSubjectPublicKeyInfo());
            if (!message.isSignatureValid(verifier))
                throw new IllegalArgumentException("the request is not signed by its own key");
            return new CertificateRequest(message, names(message));
        } catch (IOException | PKCSException | OperatorCreationException unreadable) {
            throw new IllegalArgumentException("unable to parse csr: " + unreadable.getMessage(), unreadable);
        }
    }

    String commonName() {
        List<String> names = subject(BCStyle.CN);
        return names.isEmpty() ? "" : names.getLast();
    }

    List<String> organizations() {
        return subject(BCStyle.O);
    }

    /// @param tag of [GeneralName]: `dNSName`, `iPAddress`, …
    List<String> names(int tag) {
        return names.stream()
                .filter(name -> name.getTagNo() == tag)
                .map(CertificateRequest::text)
                .toList();
    }

    private List<String> subject(ASN1ObjectIdentifier type) {
        var values = new ArrayList<String>();
        for (RDN rdn : message.getSubject().getRDNs())
            for (var part : rdn.getTypesAndValues())
                if (part.getType().equals(type)) values.add(IETFUtils.valueToString(part.getValue()));
        return values;
    }

    private static List<GeneralName> names(PKCS10CertificationRequest message) {
        var names = new ArrayList<GeneralName>();
        for (var attribute : message.getAttributes(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest)) {
            var extensions = Extensions.getInstance(attribute.getAttrValues().getObjectAt(0));
            var alternatives = GeneralNames.fromExtensions(extensions, Extension.subjectAlternativeName);
            if (alternatives != null) names.addAll(Arrays.asList(alternatives.getNames()));
        }
        return List.copyOf(names);
    }

    /// An address as people write it; other names as they are.
    private static String text(GeneralName name) {
        if (name.getTagNo() != GeneralName.iPAddress) return name.getName().toString();
        try {
            byte[] address = ASN1OctetString.getInstance(name.getName()).getOctets();
            return java.net.InetAddress.getByAddress(address).getHostAddress();
        } catch (java.net.UnknownHostException impossible) {
            return "";
        }
    }
}
