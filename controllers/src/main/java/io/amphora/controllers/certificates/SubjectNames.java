package io.amphora.controllers.certificates;

import io.amphora.machinery.x509.Subject;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/// Writes subjects into certificates: what was read, and nothing that was not.
public final class SubjectNames {
    /// What Go keeps of a name, and with it Kubernetes' signers.
    private static final Set<ASN1ObjectIdentifier> KEPT = Set.of(
            BCStyle.C,
            BCStyle.O,
            BCStyle.OU,
            BCStyle.L,
            BCStyle.ST,
            BCStyle.STREET,
            BCStyle.POSTAL_CODE,
            BCStyle.CN,
            BCStyle.SERIALNUMBER);

    private SubjectNames() {}

    /// Values are given as they are: a builder's own reading of text takes `#0c…` for DER.
    public static X500Name encoded(Subject subject) {
        var name = new X500NameBuilder(BCStyle.INSTANCE);
        for (Subject.Attribute attribute : subject.attributes()) {
            var type = new ASN1ObjectIdentifier(attribute.type());
            if (KEPT.contains(type)) name.addRDN(type, new DERUTF8String(attribute.value()));
        }
        return name.build();
    }
}
