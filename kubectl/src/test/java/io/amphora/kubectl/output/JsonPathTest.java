package io.amphora.kubectl.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class JsonPathTest {
    private static final Tree LIST = Yaml.read("""
            items:
            - metadata: {name: a, labels: {x.io/y: '1'}}
              status: {conditions: [{type: Ready, status: 'True'}, {type: Other, status: 'False'}]}
            - metadata: {name: b}
              spec: {replicas: 2}
            """);

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {.items[*].metadata.name}                                   | a b
            {.items[0].metadata.name}                                   | a
            {.items[-1].metadata.name}                                  | b
            {.items[0:1].metadata.name}                                 | a
            {range .items[*]}{.metadata.name};{end}                     | a;b;
            {.items[0].status.conditions[?(@.type=="Ready")].status}    | True
            {.items[?(@.spec.replicas>1)].metadata.name}                | b
            {.items[0].metadata.labels['x.io/y']}                       | 1
            {.items[0].metadata.labels.x\\.io/y}                         | 1
            {..name}                                                    | a b
            {.items[1].spec}                                            | {"replicas":2}
            name={.items[1].metadata.name}!                             | name=b!
            {.nothing}                                                  | ~~
            """)
    void finds_and_prints(String template, String printed) {
        assertThat(JsonPath.parse(template).print(LIST)).isEqualTo(printed);
    }

    @Test
    void an_index_beyond_the_end_is_an_error() {
        assertThatThrownBy(() -> JsonPath.parse("{.items[7]}").print(LIST))
                .isInstanceOf(JsonPath.Mistake.class)
                .hasMessageContaining("array index out of bounds: index 7, length 2");
    }

    @Test
    void what_is_not_closed_is_an_error() {
        assertThatThrownBy(() -> JsonPath.parse("{.items")).hasMessageContaining("unclosed action");
        assertThatThrownBy(() -> JsonPath.parse("{range .items[*]}x")).hasMessageContaining("unclosed range");
    }
}
