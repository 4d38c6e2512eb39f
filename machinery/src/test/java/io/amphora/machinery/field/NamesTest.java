package io.amphora.machinery.field;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NamesTest {
    private static final String SUBDOMAIN =
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private static final String LABEL =
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private static final String QUALIFIED =
            "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    record Check(String what, Function<String, List<String>> check, String value, List<String> wrong) {
        @Override
        public String toString() {
            return what + " of " + value;
        }
    }

    static Stream<Check> checks() {
        Function<String, List<String>> label = Names::isDNS1123Label;
        Function<String, List<String>> subdomain = Names::isDNS1123Subdomain;
        Function<String, List<String>> key = Names::isQualifiedName;
        Function<String, List<String>> port = Names::isValidPortName;
        return Stream.of(
                new Check("label", label, "a-1", List.of()),
                new Check("label", label, "", List.of(LABEL)),
                new Check("label", label, "a.b", List.of("must not contain dots")),
                new Check("label", label, "A", List.of(LABEL)),
                new Check("label", label, "a-", List.of(LABEL)),
                new Check("label", label, "a".repeat(64), List.of("must be no more than 63 characters")),
                new Check("subdomain", subdomain, "a.b-c.1", List.of()),
                new Check("subdomain", subdomain, "a..b", List.of(SUBDOMAIN)),
                new Check("subdomain", subdomain, "a.", List.of(SUBDOMAIN)),
                new Check("subdomain", subdomain, "a_b", List.of(SUBDOMAIN)),
                new Check(
                        "subdomain",
                        subdomain,
                        "é".repeat(127),
                        List.of("must be no more than 253 characters", SUBDOMAIN)),
                new Check("key", key, "My_name.1", List.of()),
                new Check("key", key, "example.com/My", List.of()),
                new Check("key", key, "", List.of("name part must be non-empty", QUALIFIED)),
                new Check("key", key, "-a", List.of(QUALIFIED)),
                new Check("key", key, "/a", List.of("prefix part must be non-empty")),
                new Check("key", key, "A/a", List.of("prefix part " + SUBDOMAIN)),
                new Check("key", key, "a/", List.of("name part must be non-empty", QUALIFIED)),
                new Check("key", key, "a".repeat(64), List.of("name part must be no more than 63 bytes")),
                new Check("port", port, "http-2", List.of()),
                new Check(
                        "port",
                        port,
                        "Bad_Port_Name_Long",
                        List.of(
                                "must be no more than 15 characters",
                                "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)")),
                new Check(
                        "port",
                        port,
                        "-1--",
                        List.of(
                                "must contain at least one letter (a-z)",
                                "must not contain consecutive hyphens",
                                "must not begin or end with a hyphen")),
                new Check(
                        "path",
                        Names::isValidPathSegmentName,
                        "a/b%",
                        List.of("may not contain '/'", "may not contain '%'")),
                new Check("path", Names::isValidPathSegmentName, "..", List.of("may not be '..'")),
                new Check("config", Names::isConfigMapKey, "..a", List.of("must not start with '..'")),
                new Check("env", Names::isRelaxedEnvVarName, "1 a", List.of()),
                new Check(
                        "env",
                        Names::isRelaxedEnvVarName,
                        "a=b",
                        List.of(
                                "a valid environment variable name must consist only of printable ASCII characters other than '='")),
                new Check("percent", Names::isValidPercent, "10%", List.of()),
                new Check("wildcard", Names::isWildcardDNS1123Subdomain, "*.a.b", List.of()));
    }

    @ParameterizedTest
    @MethodSource("checks")
    void a_check_says_what_is_wrong_in_kubernetes_words(Check each) {
        assertThat(each.check.apply(each.value)).isEqualTo(each.wrong);
    }

    /// The scanners against the regular expressions that the messages quote, over all short texts of a telling
    /// alphabet.
    @Test
    void the_scanners_agree_with_the_expressions_they_quote() {
        var label = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?");
        var subdomain = Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
        var qualified = Pattern.compile("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]");
        String alphabet = "a0-._A";
        for (int length = 1; length <= 5; length++)
            for (int n = 0; n < Math.pow(alphabet.length(), length); n++) {
                var text = new StringBuilder();
                for (int i = 0, rest = n; i < length; i++, rest /= alphabet.length())
                    text.append(alphabet.charAt(rest % alphabet.length()));
                String value = text.toString();
                assertThat(Names.isDNS1123Label(value).isEmpty())
                        .as(value)
                        .isEqualTo(label.matcher(value).matches());
                assertThat(Names.isDNS1123Subdomain(value).isEmpty())
                        .as(value)
                        .isEqualTo(subdomain.matcher(value).matches());
                assertThat(Names.isQualifiedName(value).isEmpty())
                        .as(value)
                        .isEqualTo(qualified.matcher(value).matches());
            }
    }
}
