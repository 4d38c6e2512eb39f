package io.amphora.machinery.jsonpath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonPathTest {
    private static final Tree LIST = Yaml.read("""
            kind: List
            items:
            - metadata: {name: a, labels: {x.io/y: '1'}, annotations: {}}
              status: {conditions: [{type: Ready, status: 'True'}, {type: Other, status: 'False'}]}
              data: {key.with.dots: dots, k: v}
            - metadata: {name: b}
              spec: {replicas: 2, ratio: 1.5, paused: true, nothing: null, args: []}
              data: {k: w}
            numbers: [0, 1, 2, 3, 4, 5]
            texts: ['a)b', "it's", 'c"d']
            html: {text: <&>}
            """);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {.items[*].metadata.name}                                   | a b
            {.items[0].metadata.name}                                   | a
            {.items[-1].metadata.name}                                  | b
            {.items[].metadata.name}                                    | a
            {.items[0:1].metadata.name}                                 | a
            {range .items[*]}{.metadata.name};{end}                     | a;b;
            {range .items[*]}{@.metadata.name};{end}                    | a;b;
            {range .items[*]}{$.metadata.name};{end}                    | a;b;
            {range .items[*].metadata.name}[{@}]{end}                   | [a][b]
            {.items[0].status.conditions[?(@.type=="Ready")].status}    | True
            {.items[0].status.conditions[?(@.type=='Ready')].status}    | True
            {.items[0].status.conditions[?(@.type != "Ready")].status}  | False
            {.items[*].spec.replicas}                                   | 2
            {.items[?(@.spec.replicas>1)].metadata.name}                | b
            {.items[?(@.spec.replicas>=2)].metadata.name}               | b
            {.items[?(@.spec.replicas<2)].metadata.name}                | ~~
            {.items[?(@.spec.ratio<1.6)].metadata.name}                 | b
            {.items[?(@.spec.paused==true)].metadata.name}              | b
            {.items[?(@.spec)].metadata.name}                           | b
            {.items[?(@.spec.args[0])].metadata.name}                   | b
            {.items[?(@.metadata.name==@.metadata.name)].data.k}        | v w
            {.items[?(@['data'].k=="w")].metadata.name}                 | b
            {.texts[?(@=="a)b")]}                                       | a)b
            {.items[0].metadata.labels.x\\.io/y}                        | 1
            {.items[0].metadata.labels['x\\.io/y']}                     | 1
            {.items[0].metadata.labels['x.io/y']}                       | ~~
            {.items[*]['metadata.name','kind']}                         | a b
            {.items[*]['metadata.name', 'data.k']}                      | a b v w
            {.numbers[0,2,-1]}                                          | 0 2 5
            {.numbers[0,2:4]}                                           | 0 2 3
            {.numbers[1:]}                                              | 1 2 3 4 5
            {.numbers[:2]}                                              | 0 1
            {.numbers[-2:]}                                             | 4 5
            {.numbers[::2]}                                             | 0 2 4
            {.numbers[1:6:3]}                                           | 1 4
            {.numbers[3:3]}                                             | ~~
            {.numbers}                                                  | [0,1,2,3,4,5]
            {..name}                                                    | a b
            {.items..status}                                            | {"conditions":[{"status":"True","type":"Ready"},{"status":"False","type":"Other"}]} True False
            {.items[1]..replicas}                                       | 2
            {.items[1].data.*}                                          | w
            {.items[0].data.*}                                          | v dots
            {.items[1].spec.nothing}                                    | <nil>
            {.items[1].spec.ratio}                                      | 1.5
            {.items[1].spec.args}                                       | []
            {.items[1].data}                                            | {"k":"w"}
            {.html}                                                     | {"text":"\\u003c\\u0026\\u003e"}
            {.html.text}                                                | <&>
            name={.items[1].metadata.name}!                             | name=b!
            {.nothing}                                                  | ~~
            {.nothing.more[3]}                                          | ~~
            {.kind.more}                                                | ~~
            {.kind} {.items[0].metadata.nope}!                          | List !
            {"text"}                                                    | text
            {'it''s'}                                                   | s
            {"{"}{"}"}                                                  | {}
            {.kind "text"}                                              | text
            {.items[1] .data .k}                                        | w
            {"\\u00e9\\x41\\101\\\\ \\""}                               | éAA\\ "
            {'\\xc3\\xa9'}                                              | é
            {3}{-1.5}{true}                                             | 3-1.5true
            {.kind.*}                                                   | 76 105 115 116
            {range .items[*]}{range .metadata.labels.*}<{@}>{end},{end} | <1>,,
            {range .none[*]}{.metadata.name}{end}after                  | after
            {range .items[*]}{.metadata.name}                           | ab
            no braces                                                   | no braces
            """)
    void finds_and_prints(String template, String printed) {
        assertThat(JsonPath.parse(template).print(LIST)).isEqualTo(printed);
    }

    @Test
    void the_value_itself_is_printed_by_what_stands_for_it() {
        Tree value = Yaml.read("{a: 1}");
        for (String template : new String[] {"{@}", "{$}", "{}"})
            assertThat(JsonPath.parse(template).print(value)).isEqualTo("{\"a\":1}");
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {.items                        | unclosed action
            {.items[0                      | unterminated array
            {.items[a]}                    | invalid array index a
            {.items["a"]}                  | invalid array index "a"
            {.items[-]}                    | array index - is not a number
            {.items[99999999999]}          | array index 99999999999 is not a number
            {.items[?(@.a=="b"]}           | unterminated filter
            {.items[?(@.a)}                | unclosed array expect ]
            {"text}                        | unterminated quoted string
            {"\\q"}                        | unquote string "\\q" error invalid syntax
            {"\\'"}                        | unquote string "\\'" error invalid syntax
            {"\\ud800"}                    | unquote string "\\ud800" error invalid syntax
            {....a}                        | invalid multiple recursive descent
            {..*}                          | unrecognized character in action: U+002A '*'
            {*}                            | unrecognized character in action: U+002A '*'
            {.a[?(@.b=~"c")]}              | unrecognized character in action: U+007E '~'
            {(}                            | unrecognized character in action: U+0028 '('
            {1.2.3}                        | cannot parse number 1.2.3
            """)
    void what_is_no_template_is_refused(String template, String why) {
        assertThatThrownBy(() -> JsonPath.parse(template))
                .isInstanceOf(JsonPath.Mistake.class)
                .hasMessage(why);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {.items[7]}                        | array index out of bounds: index 7, length 2
            {.items[-3]}                       | array index out of bounds: index -1, length 2
            {.items[1:3]}                      | array index out of bounds: index 2, length 2
            {.numbers[4:2]}                    | starting index 4 is greater than ending index 2
            {.numbers[::-1]}                   | step must be > 0
            {.numbers[0:2:0]}                  | step must be > 0
            {.items[1].spec.args[0]}           | array index out of bounds: index 0, length 0
            {.kind[0]}                         | string is not array or slice
            {.items[0].metadata[0]}            | map[string]interface {} is not array or slice
            {.items[1].spec.replicas[0]}       | int64 is not array or slice
            {.html[?(@.a)]}                    | map[text:<&>] is not array or slice and cannot be filtered
            {.items[1].spec.nothing[?(@.a)]}   | <nil> is not array or slice and cannot be filtered
            {.numbers[?(@<>1)]}                | unrecognized filter operator <>
            {.numbers[?(@=="1")]}              | incompatible types for comparison
            {.numbers[?(@<1.5)]}               | incompatible types for comparison
            {.items[?(@.data=="1")]}           | invalid type for comparison
            {.items[?(@.spec.paused<true)]}    | invalid type for comparison
            {.numbers[?(@==one)]}              | unrecognized identifier one
            {.items[?(@..status=="v")]}             | can only compare one element at a time
            {hello}                            | unrecognized identifier hello
            {end}                              | not in range, nothing to end
            {range .items[*]}{end}{end}        | not in range, nothing to end
            """)
    void what_does_not_fit_is_a_mistake(String template, String why) {
        JsonPath path = JsonPath.parse(template);
        assertThatThrownBy(() -> path.print(LIST))
                .isInstanceOf(JsonPath.Mistake.class)
                .hasMessage(why);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {.nothing}                               | nothing is not found
            {.items[*].nothing}                      | nothing is not found
            {.items[?(@.spec.replicas==2)]}          | spec is not found
            {range .items[*]}{.metadata.labels}{end} | labels is not found
            """)
    void a_field_that_is_not_there_is_a_mistake_to_the_strict(String template, String why) {
        assertThatThrownBy(() -> JsonPath.parse(template, false).print(LIST)).hasMessage(why);
    }

    @Test
    void strictness_still_lets_filters_ask_for_being() {
        assertThat(JsonPath.parse("{.items[?(@.spec)].metadata.name}", false).print(LIST))
                .isEqualTo("b");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            .a.b   | {.a.b}
            a.b    | {.a.b}
            {.a.b} | {.a.b}
            {a.b}  | {.a.b}
            {..b}  | {..b}
            """)
    void a_path_of_a_flag_may_lack_braces(String path, String template) {
        assertThat(JsonPath.relaxed(path)).isEqualTo(template);
    }

    @ParameterizedTest
    @CsvSource({"{.a", ".a}", "{}", "{.a}{.b}"})
    void what_is_no_path_of_a_flag_is_refused(String path) {
        assertThatThrownBy(() -> JsonPath.relaxed(path)).hasMessageContaining("unexpected path string");
    }

    @Test
    void a_column_that_costs_too_much_is_empty() {
        Tree deep = Tree.of(1);
        for (int i = 0; i < 300; i++) deep = Yaml.read("{x: 1}").object().with("x", deep);
        assertThat(JsonPath.parse("{..x..x..x..x..x..x}").first(deep)).isEmpty();
        assertThat(JsonPath.parse("{range .x}".repeat(100_000)).first(deep)).isEmpty();
        assertThat(JsonPath.parse("{.items[0].metadata.name}").first(LIST)).contains(Tree.of("a"));
        assertThat(JsonPath.parse("{.items[9].metadata.name}").first(LIST)).isEmpty();
    }
}
