package io.amphora.machinery.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FieldSelectorTest {
    private static final Map<String, String> FIELDS = Map.of("metadata.name", "a", "spec.x", "1,2=3\\");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                          | true  | ''",
                "metadata.name=a             | true  | metadata.name=a",
                "metadata.name==a            | true  | metadata.name=a",
                "metadata.name!=a            | false | metadata.name!=a",
                "gone=                       | true  | gone=",
                "'spec.x=1\\,2\\=3\\\\,metadata.name=a' | true | 'metadata.name=a,spec.x=1\\,2\\=3\\\\'",
                "'metadata.name=a,,'         | true  | metadata.name=a",
            })
    void a_text_selects_and_is_written_in_its_canonical_form(String text, boolean matches, String shown) {
        var selector = FieldSelector.parse(text);
        assertThat(selector.matches(field -> FIELDS.getOrDefault(field, ""))).isEqualTo(matches);
        assertThat(selector).hasToString(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "abc     | invalid selector: 'abc'; can''t understand 'abc'",
                "a=b,abc | invalid selector: 'a=b,abc'; can''t understand 'abc'",
                "a=\\x   | invalid field selector: invalid escape sequence: \\x",
                "a=b\\   | invalid field selector: invalid escape sequence: \\",
                "a=b=c   | invalid field selector: unescaped character in value: 61",
            })
    void a_text_that_is_none_is_refused(String text, String message) {
        assertThatThrownBy(() -> FieldSelector.parse(text))
                .isInstanceOf(SelectorException.class)
                .hasMessage(message.replace("''", "'"));
    }
}
