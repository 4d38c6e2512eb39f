package io.amphora.api.apiextensions.v1;

import com.google.re2j.Pattern;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.net.IpAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.function.Predicate;

/// The formats of texts that Kubernetes checks in custom resources; others say nothing.
final class Formats {
    private static final Map<String, Predicate<String>> FORMATS = Map.ofEntries(
            Map.entry("bsonobjectid", matching("[0-9a-fA-F]{24}")),
            Map.entry("byte", Formats::isBase64),
            Map.entry("cidr", text -> Cidr.parse(text) != null),
            Map.entry("creditcard", Formats::isCreditCard),
            Map.entry("date", Formats::isDate),
            Map.entry("date-time", Formats::isDateTime),
            Map.entry("datetime", Formats::isDateTime),
            Map.entry("duration", Formats::isDuration),
            Map.entry("email", matching("[^@\\s]+@[^@\\s]+")),
            Map.entry("hexcolor", matching("#?([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")),
            Map.entry("hostname", Formats::isHostname),
            Map.entry("ipv4", text -> isAddress(text, 32)),
            Map.entry("ipv6", text -> isAddress(text, 128)),
            Map.entry("isbn", text -> isIsbn10(text) || isIsbn13(text)),
            Map.entry("isbn10", Formats::isIsbn10),
            Map.entry("isbn13", Formats::isIsbn13),
            Map.entry("k8s-long-name", text -> Names.isDNS1123Subdomain(text).isEmpty()),
            Map.entry("k8s-short-name", text -> Names.isDNS1123Label(text).isEmpty()),
            Map.entry(
                    "mac",
                    matching("([0-9a-fA-F]{2}[:-]){5}[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\\.){2}[0-9a-fA-F]{4}"
                            + "|([0-9a-fA-F]{2}[:-]){7}[0-9a-fA-F]{2}|([0-9a-fA-F]{4}\\.){3}[0-9a-fA-F]{4}")),
            Map.entry(
                    "rgbcolor",
                    matching("rgb\\(\\s*(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,\\s*"
                            + "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*,\\s*"
                            + "(0|[1-9]\\d?|1\\d\\d?|2[0-4]\\d|25[0-5])\\s*\\)")),
            Map.entry("ssn", matching("\\d{3}[- ]?\\d{2}[- ]?\\d{4}")),
            Map.entry("uri", Formats::isUri),
            Map.entry("uuid", uuid("[0-9a-f]", "[0-9a-f]")),
            Map.entry("uuid3", uuid("3", "[0-9a-f]")),
            Map.entry("uuid4", uuid("4", "[89ab]")),
            Map.entry("uuid5", uuid("5", "[89ab]")));

    private static final Pattern DURATION = Pattern.compile(
            "\\s*(\\d+(\\.\\d+)?)\\s*(ns|us|µs|ms|s|m|h|d|w|nano|micro|milli|sec|min|hr|hour|day|week)\\w*\\s*");
    private static final Pattern GO_DURATION =
            Pattern.compile("[-+]?((\\d+\\.?\\d*|\\.\\d+)(ns|us|µs|μs|ms|s|m|h))+|0");

    private Formats() {}

    static boolean isGood(String format, String text) {
        return FORMATS.getOrDefault(format, any -> true).test(text);
    }

    private static Predicate<String> matching(String pattern) {
        return Pattern.compile(pattern)::matches;
    }

    private static Predicate<String> uuid(String version, String variant) {
        return Pattern.compile(
                "[0-9a-f]{8}-?[0-9a-f]{4}-?" + version + "[0-9a-f]{3}-?" + variant + "[0-9a-f]{3}-?[0-9a-f]{12}",
                Pattern.CASE_INSENSITIVE)::matches;
    }

    private static boolean isBase64(String text) {
        try {
            Base64.getDecoder().decode(text);
            return text.length() % 4 == 0;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    /// Thirteen digits and more, with a check sum (Luhn).
    private static boolean isCreditCard(String text) {
        String digits = text.replaceAll("[^0-9]", "");
        if (!digits.matches("\\d{13,19}")) return false;
        int sum = 0;
        for (int i = 0; i < digits.length(); i++) {
            int digit = digits.charAt(digits.length() - 1 - i) - '0';
            if (i % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return sum % 10 == 0;
    }

    private static boolean isDate(String text) {
        try {
            LocalDate.parse(text);
            return true;
        } catch (DateTimeException malformed) {
            return false;
        }
    }

    private static boolean isDateTime(String text) {
        try {
            OffsetDateTime.parse(text);
            return true;
        } catch (DateTimeException malformed) {
            return false;
        }
    }

    private static boolean isDuration(String text) {
        return GO_DURATION.matcher(text).matches() || DURATION.matcher(text).matches();
    }

    private static boolean isHostname(String text) {
        return text.length() <= 255
                && text.matches(
                        "[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*\\.?");
    }

    private static boolean isAddress(String text, int bits) {
        IpAddress address = IpAddress.parse(text);
        return address != null && (bits == 32 ? !text.contains(":") : text.contains(":"));
    }

    private static boolean isIsbn10(String text) {
        String digits = text.replaceAll("[\\s-]", "");
        if (!digits.matches("[0-9]{9}[0-9X]")) return false;
        int sum = 0;
        for (int i = 0; i < 10; i++) sum += (i + 1) * (digits.charAt(i) == 'X' ? 10 : digits.charAt(i) - '0');
        return sum % 11 == 0;
    }

    private static boolean isIsbn13(String text) {
        String digits = text.replaceAll("[\\s-]", "");
        if (!digits.matches("[0-9]{13}")) return false;
        int sum = 0;
        for (int i = 0; i < 13; i++) sum += (digits.charAt(i) - '0') * (i % 2 == 0 ? 1 : 3);
        return sum % 10 == 0;
    }

    private static boolean isUri(String text) {
        try {
            var uri = new URI(text);
            return uri.isAbsolute() || text.startsWith("/");
        } catch (URISyntaxException malformed) {
            return false;
        }
    }
}
