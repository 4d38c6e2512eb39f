package io.amphora.machinery.field;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The formats of names, keys and small numbers. Each check returns what is wrong, in Kubernetes' words;
/// nothing when
/// all is well.
///
/// The method names are those of apimachinery's validation package. Lengths are counted in bytes of UTF-8. The
/// common
/// formats are scanned by hand, because every object of every write passes through them.
public final class Names {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
    private static final String SUBDOMAIN = LABEL + "(\\." + LABEL + ")*";
    private static final String UNDERSCORE_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
    private static final String UNDERSCORE_SUBDOMAIN = UNDERSCORE_LABEL + "(\\." + UNDERSCORE_LABEL + ")*";
    private static final String QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]";
    private static final String QUALIFIED_SAYS =
            "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

    private static final Pattern DNS_1035_LABEL = Pattern.compile("[a-z]([-a-z0-9]*[a-z0-9])?");
    private static final Pattern UNDERSCORE_SUBDOMAIN_PATTERN = Pattern.compile(UNDERSCORE_SUBDOMAIN);
    private static final Pattern CASELESS_SUBDOMAIN = Pattern.compile(SUBDOMAIN, Pattern.CASE_INSENSITIVE);
    private static final Pattern C_IDENTIFIER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern ENV_VAR = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
    private static final Pattern CONFIG_KEY = Pattern.compile("[-._a-zA-Z0-9]+");
    private static final Pattern HTTP_HEADER = Pattern.compile("[-A-Za-z0-9]+");
    private static final Pattern PERCENT = Pattern.compile("[0-9]+%");
    /// What is longer is refused for its length: matching its parts one by one would overflow the stack.
    private static final int MATCHED = 5_000;

    private static final Pattern PORT_NAME = Pattern.compile("[-a-z0-9]+");
    private static final String HTTP_PATH = "[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+";
    private static final Pattern HTTP_PATH_PATTERN = Pattern.compile(HTTP_PATH);

    private Names() {}

    // Names of objects
    // -------------------------------------------------------------------------------------------------

    public static List<String> isDNS1123Label(String value) {
        if (labelEnd(value, 0) == value.length() && !value.isEmpty() && value.length() <= 63) return List.of();
        var wrong = new ArrayList<String>();
        if (bytes(value) > 63) wrong.add(maxLength(63));
        if (value.isEmpty() || labelEnd(value, 0) != value.length())
            wrong.add(
                    subdomain(value)
                            ? "must not contain dots"
                            : regex(
                                    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
                                    LABEL,
                                    "my-name",
                                    "123-abc"));
        return wrong;
    }

    public static List<String> isDNS1123Subdomain(String value) {
        if (subdomain(value) && value.length() <= 253) return List.of();
        return limited(
                value,
                253,
                subdomain(value),
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
                SUBDOMAIN,
                "example.com");
    }

    public static List<String> isDNS1123SubdomainCaseless(String value) {
        return limited(
                value,
                253,
                value.length() > MATCHED || CASELESS_SUBDOMAIN.matcher(value).matches(),
                "an RFC 1123 subdomain must consist of alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
                SUBDOMAIN,
                "Example.com");
    }

    public static List<String> isDNS1123SubdomainWithUnderscore(String value) {
        return limited(
                value,
                253,
                value.length() > MATCHED
                        || UNDERSCORE_SUBDOMAIN_PATTERN.matcher(value).matches(),
                "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-' or '.', and must start and end with an alphanumeric character",
                UNDERSCORE_SUBDOMAIN,
                "example.com");
    }

    public static List<String> isDNS1035Label(String value) {
        return limited(
                value,
                63,
                DNS_1035_LABEL.matcher(value).matches(),
                "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
                DNS_1035_LABEL.pattern(),
                "my-name",
                "abc-123");
    }

    /// `*.example.com` (RFC 1034 section 4.3.3).
    public static List<String> isWildcardDNS1123Subdomain(String value) {
        return limited(
                value,
                253,
                value.startsWith("*.") && subdomain(value.substring(2)),
                "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
                "\\*\\." + SUBDOMAIN,
                "*.example.com");
    }

    /// A name that can stand in a path of the API.
    public static List<String> isValidPathSegmentName(String value) {
        if (value.equals(".") || value.equals("..")) return List.of("may not be '" + value + "'");
        return isValidPathSegmentPrefix(value);
    }

    /// What a name that can stand in a path may begin with (`generateName`).
    public static List<String> isValidPathSegmentPrefix(String value) {
        return Stream.of("/", "%")
                .filter(value::contains)
                .map(bad -> "may not contain '" + bad + "'")
                .toList();
    }

    // Labels, annotations, keys
    // ----------------------------------------------------------------------------------------

    /// A key of labels, annotations, taints, …: `name` or `example.com/name`.
    public static List<String> isQualifiedName(String value) {
        int slash = value.indexOf('/');
        if (slash < 0 && qualified(value, 0) && value.length() <= 63) return List.of();
        if (slash >= 0 && value.indexOf('/', slash + 1) >= 0)
            return List.of("a valid label key " + regex(QUALIFIED_SAYS, QUALIFIED, "MyName", "my.name", "123-abc")
                    + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
        var wrong = new ArrayList<String>();
        if (slash == 0) wrong.add("prefix part " + empty());
        else if (slash > 0)
            for (String message : isDNS1123Subdomain(value.substring(0, slash)))
                wrong.add("prefix part " + inBytes(message));
        String name = value.substring(slash + 1);
        if (name.isEmpty()) wrong.add("name part " + empty());
        else if (bytes(name) > 63) wrong.add("name part must be no more than 63 bytes");
        if (!qualified(name, 0))
            wrong.add("name part " + regex(QUALIFIED_SAYS, QUALIFIED, "MyName", "my.name", "123-abc"));
        return wrong;
    }

    public static List<String> isValidLabelValue(String value) {
        if (value.isEmpty() || value.length() <= 63 && qualified(value, 0)) return List.of();
        var wrong = new ArrayList<String>();
        if (bytes(value) > 63) wrong.add("must be no more than 63 bytes");
        if (!qualified(value, 0))
            wrong.add(regex(
                    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
                    "(" + QUALIFIED + ")?",
                    "MyValue",
                    "my_value",
                    "12345"));
        return wrong;
    }

    /// A key of a ConfigMap or Secret.
    public static List<String> isConfigMapKey(String value) {
        var wrong = new ArrayList<>(limited(
                value,
                253,
                CONFIG_KEY.matcher(value).matches(),
                "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
                CONFIG_KEY.pattern(),
                "key.name",
                "KEY_NAME",
                "key-name"));
        wrong.addAll(upwards(value));
        return wrong;
    }

    public static List<String> isCIdentifier(String value) {
        return C_IDENTIFIER.matcher(value).matches()
                ? List.of()
                : List.of(regex(
                        "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_'",
                        C_IDENTIFIER.pattern(),
                        "my_name",
                        "MY_NAME",
                        "MyName"));
    }

    public static List<String> isEnvVarName(String value) {
        var wrong = new ArrayList<String>();
        if (!ENV_VAR.matcher(value).matches())
            wrong.add(regex(
                    "a valid environment variable name must consist of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit",
                    ENV_VAR.pattern(),
                    "my.env-name",
                    "MY_ENV.NAME",
                    "MyEnvName1"));
        wrong.addAll(upwards(value));
        return wrong;
    }

    /// What 1.34 and later accept in a Pod: anything that prints, but `=`.
    public static List<String> isRelaxedEnvVarName(String value) {
        if (value.isEmpty()) return List.of("environment variable name " + empty());
        return value.chars().allMatch(c -> c >= 0x20 && c < 0x7F && c != '=')
                ? List.of()
                : List.of(
                        "a valid environment variable name must consist only of printable ASCII characters other than '='");
    }

    public static List<String> isHTTPHeaderName(String value) {
        return HTTP_HEADER.matcher(value).matches()
                ? List.of()
                : List.of(regex(
                        "a valid HTTP header must consist of alphanumeric characters or '-'",
                        HTTP_HEADER.pattern(),
                        "X-Header-Name"));
    }

    // Domain names, checked into an error list because they point at parts
    // -------------------------------------------

    /// At least three segments: `a.example.com`.
    public static void isFullyQualifiedName(FieldPath field, String name, FieldErrors errors) {
        List<String> wrong = isDNS1123Subdomain(name);
        if (name.isEmpty()) errors.required(field, "");
        else if (!wrong.isEmpty()) errors.invalid(field, name, String.join(",", wrong));
        else if (name.split("\\.", -1).length < 3)
            errors.invalid(field, name, "should be a domain with at least three segments separated by dots");
    }

    /// At least two segments, a final dot allowed: `example.com`.
    public static void isFullyQualifiedDomainName(FieldPath field, String name, FieldErrors errors) {
        if (name.isEmpty()) {
            errors.required(field, "");
            return;
        }
        String domain = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        List<String> wrong = isDNS1123Subdomain(domain);
        String[] segments = domain.split("\\.", -1);
        if (!wrong.isEmpty()) {
            errors.invalid(field, domain, String.join(",", wrong));
        } else if (segments.length < 2) {
            errors.invalid(field, domain, "should be a domain with at least two segments separated by dots");
        } else {
            for (String segment : segments) {
                List<String> bad = isDNS1123Label(segment);
                if (bad.isEmpty()) continue;
                errors.invalid(field, segment, String.join(",", bad));
                return;
            }
        }
    }

    /// `acme.io/foo`, with a path of RFC 3986 after the slash.
    public static void isDomainPrefixedPath(FieldPath field, String value, FieldErrors errors) {
        int slash = value.indexOf('/');
        if (value.isEmpty()) {
            errors.required(field, "");
        } else if (slash <= 0 || slash == value.length() - 1) {
            errors.invalid(field, value, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        } else {
            String host = value.substring(0, slash);
            String path = value.substring(slash + 1);
            for (String wrong : isDNS1123Subdomain(host)) errors.invalid(field, host, wrong);
            if (!HTTP_PATH_PATTERN.matcher(path).matches())
                errors.invalid(field, path, regex("Invalid path", HTTP_PATH));
        }
    }

    /// `acme.io/foo`, with a label key's name after the slash.
    public static void isDomainPrefixedKey(FieldPath field, String value, FieldErrors errors) {
        List<String> wrong = isQualifiedName(value);
        if (value.isEmpty()) errors.required(field, "");
        else if (!wrong.isEmpty()) wrong.forEach(message -> errors.invalid(field, value, message));
        else if (value.indexOf('/') < 0)
            errors.invalid(field, value, "must be a domain-prefixed key (such as \"acme.io/foo\")");
    }

    // Numbers
    // ----------------------------------------------------------------------------------------------------------

    public static List<String> isValidPortNum(long port) {
        return isInRange(port, 1, 65535);
    }

    public static List<String> isInRange(long value, long least, long most) {
        return value >= least && value <= most
                ? List.of()
                : List.of("must be between " + least + " and " + most + ", inclusive");
    }

    public static List<String> isValidUserID(long id) {
        return isInRange(id, 0, Integer.MAX_VALUE);
    }

    public static List<String> isValidGroupID(long id) {
        return isInRange(id, 0, Integer.MAX_VALUE);
    }

    /// The name of a port (RFC 6335, lower case only).
    public static List<String> isValidPortName(String value) {
        var wrong = new ArrayList<String>();
        if (bytes(value) > 15) wrong.add(maxLength(15));
        if (!PORT_NAME.matcher(value).matches())
            wrong.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
        if (value.chars().noneMatch(c -> c >= 'a' && c <= 'z')) wrong.add("must contain at least one letter (a-z)");
        if (value.contains("--")) wrong.add("must not contain consecutive hyphens");
        if (value.startsWith("-") || value.endsWith("-")) wrong.add("must not begin or end with a hyphen");
        return wrong;
    }

    public static List<String> isValidPercent(String value) {
        return PERCENT.matcher(value).matches()
                ? List.of()
                : List.of(regex(
                        "a valid percent string must be a numeric string followed by an ending '%'",
                        PERCENT.pattern(), "1%", "93%"));
    }

    // Wording
    // ----------------------------------------------------------------------------------------------------------

    public static String maxLength(int limit) {
        return "must be no more than " + limit + " characters";
    }

    public static String empty() {
        return "must be non-empty";
    }

    /// `says (e.g. 'a',  or 'b', regex used for validation is '…')`, blanks as Kubernetes has them.
    public static String regex(String says, String pattern, String... examples) {
        String shown = Stream.of(examples).map(example -> "'" + example + "', ").collect(Collectors.joining(" or "));
        return says + (shown.isEmpty() ? " (" : " (e.g. " + shown) + "regex used for validation is '" + pattern + "')";
    }

    // Scanning
    // ---------------------------------------------------------------------------------------------------------

    private static List<String> limited(
            String value, int limit, boolean matches, String says, String pattern, String... examples) {
        var wrong = new ArrayList<String>();
        if (bytes(value) > limit) wrong.add(maxLength(limit));
        if (!matches) wrong.add(regex(says, pattern, examples));
        return wrong;
    }

    /// The prefix of a key is measured in "bytes" where names of objects have "characters".
    private static String inBytes(String message) {
        return message.equals(maxLength(253)) ? "must be no more than 253 bytes" : message;
    }

    private static List<String> upwards(String value) {
        if (value.equals(".") || value.equals("..")) return List.of("must not be '" + value + "'");
        return value.startsWith("..") ? List.of("must not start with '..'") : List.of();
    }

    private static boolean subdomain(String value) {
        int at = 0;
        while (true) {
            int end = labelEnd(value, at);
            if (end == at) return false;
            if (end == value.length()) return true;
            if (value.charAt(end) != '.') return false;
            at = end + 1;
        }
    }

    /// Where the longest DNS label that starts at `from` ends; `from` when there is none.
    private static int labelEnd(String value, int from) {
        int end = from;
        for (int at = from; at < value.length(); at++) {
            char c = value.charAt(at);
            if (c >= 'a' && c <= 'z' || c >= '0' && c <= '9') end = at + 1;
            else if (c != '-' || at == from) break;
        }
        return end;
    }

    private static boolean qualified(String value, int from) {
        int last = value.length() - 1;
        if (last < from || !alphanumeric(value.charAt(from)) || !alphanumeric(value.charAt(last))) return false;
        for (int at = from + 1; at < last; at++) {
            char c = value.charAt(at);
            if (!alphanumeric(c) && c != '-' && c != '_' && c != '.') return false;
        }
        return true;
    }

    private static boolean alphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /// The length in bytes of UTF-8.
    static int bytes(CharSequence text) {
        return (int) text.codePoints()
                .mapToLong(c -> c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4)
                .sum();
    }
}
