package io.amphora.machinery.quantity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.quantity.Quantity.Format;
import io.amphora.machinery.tree.Tree;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    record Written(String text, String shown, long value, long milli) {}

    static Stream<Written> written() {
        return Stream.of(
                new Written("0", "0", 0, 0),
                new Written("00", "0", 0, 0),
                new Written("0Gi", "0", 0, 0),
                new Written("-0", "0", 0, 0),
                new Written("1", "1", 1, 1000),
                new Written("100m", "100m", 1, 100),
                new Written("1000m", "1", 1, 1000),
                new Written("1500m", "1500m", 2, 1500),
                new Written("2500m", "2500m", 3, 2500),
                new Written("-1500m", "-1500m", -2, -1500),
                new Written("0.5", "500m", 1, 500),
                new Written("1.5", "1500m", 2, 1500),
                new Written("0.0001", "100u", 1, 1),
                new Written("+0001", "+0001", 1, 1000),
                new Written("1e3", "1e3", 1000, 1000_000),
                new Written("1000e0", "1e3", 1000, 1000_000),
                new Written("12e6", "12e6", 12_000_000, 12_000_000_000L),
                new Written("1E0", "1E0", 1, 1000),
                new Written("1e2", "100", 100, 100_000),
                new Written("1E", "1E", 1_000_000_000_000_000_000L, Long.MAX_VALUE),
                new Written("123456789", "123456789", 123_456_789, 123_456_789_000L),
                new Written("1000000", "1M", 1_000_000, 1_000_000_000),
                new Written("1k", "1k", 1000, 1_000_000),
                new Written("1Ki", "1Ki", 1024, 1_024_000),
                new Written("1024Ki", "1Mi", 1 << 20, 1_048_576_000),
                new Written("1536Mi", "1536Mi", 1_610_612_736, 1_610_612_736_000L),
                new Written("1.5Gi", "1536Mi", 1_610_612_736, 1_610_612_736_000L),
                new Written("0.5Mi", "512Ki", 524_288, 524_288_000),
                new Written("0.5Ki", "512", 512, 512_000),
                new Written("0.1Ki", "102400m", 103, 102_400),
                new Written("1Gi", "1Gi", 1 << 30, 1_073_741_824_000L),
                new Written("16Ei", "9223372036854775807", Long.MAX_VALUE, Long.MAX_VALUE),
                new Written("1n", "1n", 1, 1),
                new Written("0.1n", "1n", 1, 1),
                new Written("9999999999999999999", "9999999999999999999", Long.MAX_VALUE, Long.MAX_VALUE),
                new Written("1.", "1.", 1, 1000),
                new Written(".5", "500m", 1, 500));
    }

    @ParameterizedTest
    @MethodSource("written")
    void a_text_means_an_amount_and_is_kept_or_rewritten(Written each) {
        var quantity = Quantity.parse(each.text);
        assertThat(quantity).hasToString(each.shown);
        assertThat(quantity.value()).isEqualTo(each.value);
        assertThat(quantity.milliValue()).isEqualTo(each.milli);
        assertThat(Quantity.parse(each.shown)).isEqualTo(quantity).hasSameHashCodeAs(quantity);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''    | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                "'1 Gi'| quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                "x     | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                "1GiB  | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                "1.2.3 | quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
                "1GG   | unable to parse quantity's suffix",
                "1ki   | unable to parse quantity's suffix",
                "1e    | unable to parse quantity's suffix",
                "1e99999999999 | unable to parse quantity's suffix",
                "1e1000000000 | unable to parse quantity's suffix",
            })
    void a_text_that_is_none_is_refused(String text, String message) {
        assertThatThrownBy(() -> Quantity.parse(text))
                .isInstanceOf(QuantityFormatException.class)
                .hasMessage(message.replace("''", "'"));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 500m, 1500m, 500m",
        "500m, 500m, 1, 0",
        "1Gi, 512Mi, 1536Mi, 512Mi",
        "0, 1Gi, 1Gi, -1Gi",
        "1Gi, 1G, 2073741824, 73741824",
        "1e3, 1k, 2e3, 0",
        "9E, 9E, 18E, 0",
        "1n, 1E, 1000000000000000000000000001n, -999999999999999999999999999n",
        "-1, 1, 0, -2",
    })
    void amounts_add_and_subtract_and_keep_the_form_of_the_first(String a, String b, String sum, String difference) {
        assertThat(Quantity.parse(a).add(Quantity.parse(b))).hasToString(sum);
        assertThat(Quantity.parse(a).subtract(Quantity.parse(b))).hasToString(difference);
    }

    @ParameterizedTest
    @CsvSource({"1, 1000m, 0", "1Gi, 1G, 1", "100m, 0.2, -1", "-1, 0, -1", "1E, 999P, 1", "1n, 0, 1", "1e-3, 1m, 0"})
    void amounts_compare_whatever_their_form(String a, String b, int order) {
        assertThat(Quantity.parse(a)).usingDefaultComparator().satisfies(first -> {
            assertThat(Integer.signum(first.compareTo(Quantity.parse(b)))).isEqualTo(order);
            assertThat(Integer.signum(Quantity.parse(b).compareTo(first))).isEqualTo(-order);
        });
    }

    @ParameterizedTest
    @CsvSource({"1.0001, 1001m", "0.0001, 1m", "100m, 100m", "-0.0001, -1m", "1e3, 1e3", "0.1Ki, 102400m"})
    void container_resources_are_rounded_up_to_thousandths(String text, String rounded) {
        assertThat(Quantity.parse(text).roundUp(-3)).hasToString(rounded);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 999, 1000, 1024, 1_000_000, 123_456, Long.MAX_VALUE, -Long.MAX_VALUE, -2048})
    void what_is_written_is_read_back_the_same_in_every_form(long amount) {
        for (Format format : Format.values())
            for (var quantity : new Quantity[] {Quantity.of(amount, format), Quantity.ofMilli(amount, format)})
                assertThat(Quantity.parse(quantity.toString())).isEqualTo(quantity);
    }

    @ParameterizedTest
    @MethodSource("numbers")
    void a_number_or_a_text_with_blanks_stands_for_a_quantity_in_an_object(Tree tree, String shown) {
        assertThat(Quantity.parse(tree)).hasToString(shown);
    }

    static Stream<org.junit.jupiter.params.provider.Arguments> numbers() {
        return Stream.of(
                org.junit.jupiter.params.provider.Arguments.of(Tree.of(2), "2"),
                org.junit.jupiter.params.provider.Arguments.of(Tree.of(0.5), "500m"),
                org.junit.jupiter.params.provider.Arguments.of(Tree.of(" 1Gi "), "1Gi"),
                org.junit.jupiter.params.provider.Arguments.of(Tree.NULL, "0"));
    }
}
