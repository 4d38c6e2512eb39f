package io.amphora.apiserver.custom;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.Columns;
import io.amphora.api.apiextensions.v1.CustomResourceColumnDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitionVersion;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.Yaml;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CustomColumnsTest {
    private static final Instant NOW = Instant.parse("2026-01-01T01:00:00Z");
    private static final CustomObject OBJECT = new CustomObject(Yaml.read("""
            metadata: {name: a, creationTimestamp: '2026-01-01T00:00:00Z', labels: {example.com/tier: gold}}
            spec:
              count: 2
              ratio: 2.5
              paused: true
              none: null
              empty: ''
              items: [{name: x, value: 1}, {name: z, value: 2}]
              words: [p, q]
            status: {conditions: [{type: Ready, status: 'True'}, {type: Other, status: 'False'}]}
            """).object());

    @ParameterizedTest(name = "{0} as {1} shows {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            .spec.count                                     | integer | 2
            .spec.ratio                                     | integer | 2
            .spec.paused                                        | integer | null
            .spec.ratio                                     | number  | 2.5
            .spec.count                                     | number  | 2
            .spec.words                                     | number  | null
            .spec.paused                                        | boolean | true
            .spec.count                                     | boolean | null
            .metadata.creationTimestamp                     | date    | "60m"
            .spec.words[0]                                  | date    | "<invalid>"
            .spec.empty                                     | date    | "<unknown>"
            .spec.count                                     | date    | null
            .spec.count                                     | string  | "2"
            .spec.ratio                                     | string  | "2.5"
            .spec.paused                                        | string  | "true"
            .spec.none                                      | string  | "<no value>"
            .spec.none                                      | integer | null
            .spec.words                                     | string  | "[\\"p\\",\\"q\\"]"
            .spec.items[0]                                  | string  | "{\\"name\\":\\"x\\",\\"value\\":1}"
            .spec.words[*]                                  | string  | "p"
            .spec.words[-1]                                 | string  | "q"
            .spec.words[-1:]                                | string  | "q"
            .spec.words[7]                                  | string  | null
            .spec.items[?(@.name=="z")].value               | string  | "2"
            .spec.items[?(@.value>1)].name                  | string  | "z"
            .status.conditions[?(@.type=='Ready')].status   | string  | "True"
            .metadata.labels.example\\.com/tier             | string  | "gold"
            .metadata.labels['example\\.com/tier']          | string  | "gold"
            .metadata.labels['example.com/tier']            | string  | null
            .spec['count']                                  | integer | 2
            .spec['count','paused']                             | string  | "2"
            ..value                                         | string  | "1"
            .spec.nothing                                   | string  | null
            .spec.count.more                                | string  | null
            .spec.count[0]                                  | string  | null
            """)
    void a_cell_is_what_its_path_leads_to(String path, String type, String json) {
        Columns<CustomObject> columns = columns("{name: C, type: " + type + ", jsonPath: %s}", path);
        assertThat(columns.cells().apply(OBJECT, NOW).get(1)).isEqualTo(Json.read(json));
    }

    @Test
    void what_is_no_path_ends_the_columns() {
        Columns<CustomObject> columns =
                CustomColumns.of(CustomResourceDefinitionVersion.EMPTY.withAdditionalPrinterColumns(
                        Stream.of(".spec.count", ".spec[", ".spec.paused")
                                .map(path -> CustomResourceColumnDefinition.EMPTY
                                        .withName(path)
                                        .withType("string")
                                        .withJsonPath(path))
                                .toList()));
        assertThat(columns.columns().stream().map(Columns.Column::name)).containsExactly("Name", ".spec.count");
        assertThat(columns.cells().apply(OBJECT, NOW)).hasSize(2);
    }

    private static Columns<CustomObject> columns(String column, String path) {
        CustomResourceColumnDefinition definition = CustomResourceColumnDefinition.of(
                Yaml.read(column.formatted("''")).object().with("jsonPath", path));
        return CustomColumns.of(
                CustomResourceDefinitionVersion.EMPTY.withAdditionalPrinterColumns(List.of(definition)));
    }
}
