package io.amphora.machinery.select;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LabelSelectorTest {
    private static final ObjectTree LABELS = ObjectTree.of("app", "web", "tier", "front", "n", "7", "empty", "");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                    | true  | ''",
                "app=web               | true  | app=web",
                "app==web              | true  | app==web",
                "app!=web              | false | app!=web",
                "gone!=web             | true  | gone!=web",
                "gone=web              | false | gone=web",
                "app in (web, db)      | true  | app in (db,web)",
                "app in (db)           | false | app in (db)",
                "app notin (web)       | false | app notin (web)",
                "gone notin (web)      | true  | gone notin (web)",
                "app                   | true  | app",
                "!app                  | false | !app",
                "! gone                | true  | !gone",
                "n>6                   | true  | n>6",
                "n > 7                 | false | n>7",
                "n<8                   | true  | n<8",
                "app<8                 | false | app<8",
                "gone>1                | false | gone>1",
                "empty=                | true  | empty=",
                "empty in ()           | true  | empty in ()",
                "empty in (,x)         | true  | empty in (,x)",
                "empty in (x,)         | true  | empty in (,x)",
                "empty in (x,,y)       | true  | empty in (,x,y)",
                "tier=front, app=web   | true  | 'app=web,tier=front'",
                "tier=front,app=db     | false | 'app=db,tier=front'",
                "x in (in,notin)       | false | 'x in (in,notin)'",
                "example.com/a         | false | example.com/a",
            })
    void a_text_selects_and_is_written_in_its_canonical_form(String text, boolean matches, String shown) {
        var selector = LabelSelector.parse(text);
        assertThat(selector.matches(LABELS)).isEqualTo(matches);
        assertThat(selector.matches(Map.of("app", "web", "tier", "front", "n", "7", "empty", "")))
                .isEqualTo(matches);
        assertThat(selector).hasToString(shown);
        assertThat(LabelSelector.parse(shown)).isEqualTo(LabelSelector.parse(selector.toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "a=b,              | found '', expected: identifier after ','",
                ",a                | found ',', expected: !, identifier, or 'end of string'",
                "a=b c             | found 'c', expected: ',' or 'end of string'",
                "!a=b              | found '=', expected: ',' or 'end of string'",
                "a b               | unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
                "a in b            | unable to parse requirement: found 'b' expected: '('",
                "a in (            | unable to parse requirement: found '', expected: ',', ')' or identifier",
                "a in (b           | unable to parse requirement: found '', expected: ',' or ')'",
                "a=!               | unable to parse requirement: found '!', expected: identifier",
                "!!a               | unable to parse requirement: found '!', expected: identifier",
                "a>x               | unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
                "a/b/c             | unable to parse requirement: <nil>: Invalid value: \"a/b/c\": a valid label key must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                "app=$             | unable to parse requirement: values[0][app]: Invalid value: \"$\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
            })
    void a_text_that_is_none_is_refused(String text, String message) {
        assertThatThrownBy(() -> LabelSelector.parse(text))
                .isInstanceOf(SelectorException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "null | false",
                "{} | true",
                "{\"matchLabels\":{\"app\":\"web\"}} | true",
                "{\"matchLabels\":{\"app\":\"db\"}} | false",
                "{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"In\",\"values\":[\"db\",\"web\"]}]} | true",
                "{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"NotIn\",\"values\":[\"web\"]}]} | false",
                "{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"Exists\"}]} | true",
                "{\"matchExpressions\":[{\"key\":\"app\",\"operator\":\"DoesNotExist\"}],\"matchLabels\":{\"tier\":\"front\"}} | false",
            })
    void an_object_selects_and_survives_the_way_back(String object, boolean matches) {
        var selector = LabelSelector.of(Json.read(object));
        assertThat(selector.matches(LABELS)).isEqualTo(matches);
        if (!object.equals("null"))
            assertThat(LabelSelector.of(selector.toTree())).isEqualTo(selector);
    }

    @Test
    void an_object_with_an_unknown_operator_is_refused() {
        assertThatThrownBy(() ->
                        LabelSelector.of(Json.read("{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"Near\"}]}")))
                .hasMessage("\"Near\" is not a valid label selector operator");
        assertThatThrownBy(() ->
                        LabelSelector.of(Json.read("{\"matchExpressions\":[{\"key\":\"a\",\"operator\":\"In\"}]}")))
                .hasMessage("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
    }

    @Test
    void a_single_value_that_must_hold_is_told() {
        assertThat(LabelSelector.parse("a=1,b in (2),c in (3,4),d").exactValue("a"))
                .contains("1");
        assertThat(LabelSelector.parse("a=1,b in (2),c in (3,4),d").exactValue("b"))
                .contains("2");
        assertThat(LabelSelector.parse("a=1,b in (2),c in (3,4),d").exactValue("c"))
                .isEmpty();
        assertThat(LabelSelector.parse("a=1,b in (2),c in (3,4),d").exactValue("d"))
                .isEmpty();
    }
}
