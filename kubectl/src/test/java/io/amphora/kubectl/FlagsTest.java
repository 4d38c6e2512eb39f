package io.amphora.kubectl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class FlagsTest {
    private static final Flags.Known KNOWN = new Flags.Known()
            .text("namespace", 'n')
            .bool("all-namespaces", 'A')
            .bool("watch", 'w')
            .list("filename", 'f')
            .optional("dry-run", "unchanged");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            -n shop pods           | shop
            -nshop pods            | shop
            -n=shop pods           | shop
            --namespace shop pods  | shop
            --namespace=shop pods  | shop
            pods -wn shop          | shop
            pods                   | ''
            """)
    void a_value_may_be_written_in_many_ways(String line, String namespace) {
        Flags flags = Flags.parse("get", List.of(line.split(" +")), KNOWN);
        assertThat(flags.text("namespace")).isEqualTo(namespace);
        assertThat(flags.arguments()).containsExactly("pods");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            --nonsense    | error: unknown flag: --nonsense
            -Z            | error: unknown shorthand flag: 'Z' in -Z
            -n            | error: flag needs an argument: 'n' in -n
            --namespace   | error: flag needs an argument: --namespace
            """)
    void what_cannot_be_understood_is_said_as_kubectl_says_it(String line, String message) {
        assertThatThrownBy(() -> Flags.parse("get", List.of(line.split(" ")), KNOWN))
                .hasMessage(message + "\nSee 'kubectl get --help' for usage.");
    }

    @Test
    void lists_collect_and_what_follows_two_dashes_is_no_flag() {
        Flags flags = Flags.parse("exec", List.of("-f", "a", "-f", "b", "p", "--", "ls", "-n"), KNOWN);
        assertThat(flags.list("filename")).containsExactly("a", "b");
        assertThat(flags.arguments()).containsExactly("p", "ls", "-n");
        assertThat(flags.afterDashes()).containsExactly("ls", "-n");
    }

    @Test
    void a_flag_with_an_implied_value_takes_none_from_the_next_word() {
        Flags flags = Flags.parse("apply", List.of("--dry-run", "x"), KNOWN);
        assertThat(flags.text("dry-run")).isEqualTo("unchanged");
        assertThat(flags.arguments()).containsExactly("x");
    }
}
