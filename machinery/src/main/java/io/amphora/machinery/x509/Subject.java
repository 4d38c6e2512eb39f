package io.amphora.machinery.x509;

import java.util.ArrayList;
import java.util.List;

/// Whom a certificate, or a request for one, names: the only reading of a distinguished name in
/// the product, so that who approves, who signs and who authenticates cannot see different people
/// in one name.
///
/// Refused, each as an IllegalArgumentException: two common names or two uids, attributes that
/// share one relative distinguished name (`CN=a+O=b`), and texts that cannot be decoded
/// ([DerText]).
///
/// @param attributes in the order of the name
public record Subject(List<Attribute> attributes) {
    private static final String COMMON_NAME = "2.5.4.3";
    private static final String ORGANIZATION = "2.5.4.10";

    /// A user's uid (KEP-5295).
    private static final String UID = "1.3.6.1.4.1.57683.2";

    /// @param type an object identifier, such as `2.5.4.3`
    public record Attribute(String type, String value) {}

    public Subject {
        attributes = List.copyOf(attributes);
        if (values(attributes, COMMON_NAME).size() > 1) throw new IllegalArgumentException("more than one common name");
        if (values(attributes, UID).size() > 1) throw new IllegalArgumentException("more than one uid");
    }

    /// A subject in the groups' order, its common name last.
    public static Subject of(String commonName, List<String> organizations) {
        var attributes = new ArrayList<Attribute>();
        for (String organization : organizations) attributes.add(new Attribute(ORGANIZATION, organization));
        attributes.add(new Attribute(COMMON_NAME, commonName));
        return new Subject(attributes);
    }

    /// @param name `SEQUENCE of SET of SEQUENCE { OBJECT IDENTIFIER, text }` (RFC 5280, 4.1.2.4)
    public static Subject read(byte[] name) {
        Der der = Der.of(name);
        Subject subject = next(der);
        der.end();
        return subject;
    }

    /// The next element of a structure that has a name in it.
    public static Subject next(Der der) {
        var attributes = new ArrayList<Attribute>();
        for (Der name = der.next(Der.SEQUENCE); name.hasMore(); ) {
            Der set = name.next(Der.SET);
            Der pair = set.next(Der.SEQUENCE);
            if (set.hasMore()) throw new IllegalArgumentException("a multi-valued relative distinguished name");
            attributes.add(new Attribute(pair.nextIdentifier(), DerText.next(pair)));
            pair.end();
        }
        return new Subject(attributes);
    }

    /// A user's name; "" for none.
    public String commonName() {
        return first(COMMON_NAME);
    }

    /// A user's groups.
    public List<String> organizations() {
        return values(attributes, ORGANIZATION);
    }

    /// A user's uid; "" for none.
    public String uid() {
        return first(UID);
    }

    private String first(String type) {
        List<String> values = values(attributes, type);
        return values.isEmpty() ? "" : values.getFirst();
    }

    private static List<String> values(List<Attribute> attributes, String type) {
        return attributes.stream()
                .filter(attribute -> attribute.type().equals(type))
                .map(Attribute::value)
                .toList();
    }
}
