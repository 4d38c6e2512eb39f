package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import dev.cel.common.types.CelType;
import dev.cel.common.types.OpaqueType;
import io.amphora.cel.CelException;
import io.amphora.cel.value.Opaque;
import io.amphora.cel.value.Values;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Kubernetes' `ip` and `cidr` with what they can be asked.
final class IpLibrary implements Library {
    private static final CelType IP = OpaqueType.create("net.IP");
    private static final CelType CIDR = OpaqueType.create("net.CIDR");

    record Address(IpAddress ip) implements Opaque, Values.Sized {
        @Override
        public String typeName() {
            return IP.name();
        }

        @Override
        public long size() {
            return ip.bytes().length;
        }

        @Override
        public String toString() {
            return ip.toString();
        }
    }

    record Range(Cidr cidr) implements Opaque, Values.Sized {
        @Override
        public String typeName() {
            return CIDR.name();
        }

        @Override
        public long size() {
            return (cidr.length() + 7) / 8;
        }

        @Override
        public String toString() {
            return cidr.toString();
        }
    }

    @Override
    public List<CelType> types() {
        return List.of(IP, CIDR);
    }

    @Override
    public Map<String, List<Overload>> functions() {
        var all = new HashMap<String, List<Overload>>();
        all.put(
                "ip",
                List.of(
                        Overload.global("string_to_ip", IP, List.of(STRING), of -> address((String) of[0])),
                        Overload.member(
                                "cidr_ip",
                                IP,
                                List.of(CIDR),
                                of -> new Address(((Range) of[0]).cidr().address()))));
        all.put("isIP", List.of(Overload.global("is_ip", BOOL, List.of(STRING), of -> isIp((String) of[0]))));
        all.put(
                "ip.isCanonical",
                List.of(Overload.global(
                        "ip_is_canonical",
                        BOOL,
                        List.of(STRING),
                        of -> address((String) of[0]).toString().equals(of[0]))));
        all.put(
                "family",
                List.of(Overload.member(
                        "family", INT, List.of(IP), of -> ((Address) of[0]).ip().isV4() ? 4L : 6L)));
        all.put("isUnspecified", is("is_unspecified", IpAddress::isUnspecified));
        all.put("isLoopback", is("is_loopback", IpAddress::isLoopback));
        all.put("isLinkLocalMulticast", is("is_link_local_multicast", IpAddress::isLinkLocalMulticast));
        all.put("isLinkLocalUnicast", is("is_link_local_unicast", IpAddress::isLinkLocalUnicast));
        all.put("isGlobalUnicast", is("is_global_unicast", IpAddress::isGlobalUnicast));
        all.put("cidr", List.of(Overload.global("string_to_cidr", CIDR, List.of(STRING), of -> range((String) of[0]))));
        all.put(
                "isCIDR",
                List.of(Overload.global("is_cidr", BOOL, List.of(STRING), of -> parsedRange((String) of[0]) != null)));
        all.put(
                "containsIP",
                List.of(
                        Overload.member(
                                "cidr_contains_ip_ip",
                                BOOL,
                                List.of(CIDR, IP),
                                of -> ((Range) of[0]).cidr().contains(((Address) of[1]).ip())),
                        Overload.member(
                                "cidr_contains_ip_string",
                                BOOL,
                                List.of(CIDR, STRING),
                                of -> ((Range) of[0])
                                        .cidr()
                                        .contains(address((String) of[1]).ip()))));
        all.put(
                "containsCIDR",
                List.of(
                        Overload.member(
                                "cidr_contains_cidr",
                                BOOL,
                                List.of(CIDR, CIDR),
                                of -> ((Range) of[0]).cidr().contains(((Range) of[1]).cidr())),
                        Overload.member(
                                "cidr_contains_cidr_string",
                                BOOL,
                                List.of(CIDR, STRING),
                                of -> ((Range) of[0])
                                        .cidr()
                                        .contains(range((String) of[1]).cidr()))));
        all.put(
                "masked",
                List.of(Overload.member(
                        "masked",
                        CIDR,
                        List.of(CIDR),
                        of -> new Range(((Range) of[0]).cidr().network()))));
        all.put("prefixLength", List.of(Overload.member("prefix_length", INT, List.of(CIDR), of ->
                (long) ((Range) of[0]).cidr().length())));
        all.put(
                "string",
                List.of(
                        Overload.global("ip_to_string", STRING, List.of(IP), of -> of[0].toString()),
                        Overload.global("cidr_to_string", STRING, List.of(CIDR), of -> of[0].toString())));
        return all;
    }

    private static List<Overload> is(String id, Predicate<IpAddress> asked) {
        return List.of(Overload.member(id, BOOL, List.of(IP), of -> asked.test(((Address) of[0]).ip())));
    }

    private static boolean isMapped(String text) {
        return text.regionMatches(true, 0, "::ffff:", 0, 7) && text.contains(".");
    }

    private static boolean isIp(String text) {
        return !isMapped(text) && !text.contains("%") && IpAddress.parse(text) != null;
    }

    private static Address address(String text) {
        String told = "IP Address " + GoText.quote(text) + " parse error during conversion from string: ";
        if (isMapped(text))
            throw new CelException("IPv4-mapped IPv6 address " + GoText.quote(text) + " is not allowed");
        if (text.contains("%"))
            throw new CelException("IP address " + GoText.quote(text) + " with zone value is not allowed");
        IpAddress ip = IpAddress.parse(text);
        if (ip == null) throw new CelException(told + "ParseAddr(" + GoText.quote(text) + "): unable to parse IP");
        return new Address(ip);
    }

    private static @Nullable Range parsedRange(String text) {
        Cidr cidr = isMapped(text) || text.contains("%") ? null : Cidr.parse(text);
        return cidr == null ? null : new Range(cidr);
    }

    private static Range range(String text) {
        Range range = parsedRange(text);
        if (range == null)
            throw new CelException("network address parse error during conversion from string: "
                    + "network address parse error during conversion from string: netip.ParsePrefix("
                    + GoText.quote(text) + "): " + wrongRange(text));
        return range;
    }

    private static String wrongRange(String text) {
        int slash = text.lastIndexOf('/');
        if (slash < 0) return "no '/'";
        String address = text.substring(0, slash);
        String bits = text.substring(slash + 1);
        if (IpAddress.parse(address) == null) return "ParseAddr(" + GoText.quote(address) + "): unable to parse IP";
        return bits.matches("0|[1-9][0-9]{0,2}")
                ? "prefix length out of range"
                : "bad bits after slash: " + GoText.quote(bits);
    }
}
