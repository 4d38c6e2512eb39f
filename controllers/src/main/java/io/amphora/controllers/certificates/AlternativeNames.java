package io.amphora.controllers.certificates;

import io.amphora.machinery.net.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.ASN1IA5String;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.x509.GeneralName;

/// The other names of a request's subject, each read as what it is.
record AlternativeNames(List<String> dns, List<String> emails, List<String> uris, List<IpAddress> addresses) {
    static final AlternativeNames NONE = new AlternativeNames(List.of(), List.of(), List.of(), List.of());

    /// @throws IllegalArgumentException when one is of another kind, or no name or address
    static AlternativeNames of(GeneralName[] all) {
        var dns = new ArrayList<String>();
        var emails = new ArrayList<String>();
        var uris = new ArrayList<String>();
        var addresses = new ArrayList<IpAddress>();
        for (GeneralName each : all)
            switch (each.getTagNo()) {
                case GeneralName.dNSName -> dns.add(text(each));
                case GeneralName.rfc822Name -> emails.add(text(each));
                case GeneralName.uniformResourceIdentifier -> uris.add(text(each));
                case GeneralName.iPAddress ->
                    addresses.add(IpAddress.of(
                            ASN1OctetString.getInstance(each.getName()).getOctets()));
                default ->
                    throw new IllegalArgumentException(
                            "a subjectAltName of kind " + each.getTagNo() + " is not supported");
            }
        return new AlternativeNames(List.copyOf(dns), List.copyOf(emails), List.copyOf(uris), List.copyOf(addresses));
    }

    /// Printable letters only: a NUL or a blank ends a name for some readers.
    private static String text(GeneralName name) {
        String text = ASN1IA5String.getInstance(name.getName()).getString();
        if (text.isEmpty() || !text.chars().allMatch(c -> c > ' ' && c < 0x7f))
            throw new IllegalArgumentException("a subjectAltName that is no name");
        return text;
    }

    /// As a certificate has them.
    List<GeneralName> encoded() {
        var all = new ArrayList<GeneralName>();
        for (String name : dns) all.add(new GeneralName(GeneralName.dNSName, name));
        for (String name : emails) all.add(new GeneralName(GeneralName.rfc822Name, name));
        for (String name : uris) all.add(new GeneralName(GeneralName.uniformResourceIdentifier, name));
        for (IpAddress address : addresses)
            all.add(new GeneralName(GeneralName.iPAddress, new DEROctetString(address.bytes())));
        return all;
    }
}
