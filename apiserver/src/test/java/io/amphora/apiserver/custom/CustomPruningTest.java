package io.amphora.apiserver.custom;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CustomPruningTest {
    @ParameterizedTest(name = "{1} by {0} is {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {type: object, properties: {a: {type: string}}}                     | {a: v, b: w}              | {a: v}
            {type: object, properties: {a: {type: string}}}                     | {a: null, b: null}        | {}
            {type: object, properties: {a: {type: string, nullable: true}}}     | {a: null}                 | {a: null}
            {type: object, properties: {a: {type: string, default: x}}}         | {a: null}                 | {a: null}
            {type: object, additionalProperties: {type: object, properties: {a: {type: string}}}} | {k: {a: v, b: w}} | {k: {a: v}}
            {type: object, additionalProperties: {type: string}}                | {k: null, l: v}           | {l: v}
            {type: object, additionalProperties: true}                          | {k: {deep: [{a: v}]}}     | {k: {deep: [{a: v}]}}
            {type: object, additionalProperties: true, properties: {a: {type: object}}} | {a: {b: 1}, c: {d: 2}} | {a: {}, c: {d: 2}}
            {x-kubernetes-preserve-unknown-fields: true}                        | [{a: v}, [{b: w}]]        | [{a: v}, [{b: w}]]
            {x-kubernetes-preserve-unknown-fields: true}                        | {a: null, b: {c: d}}      | {a: null, b: {c: d}}
            {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: object}}} | {a: {b: 1}, c: 2} | {a: {}, c: 2}
            {type: array, items: {type: object, properties: {a: {type: string}}}} | [{a: v, b: w}]          | [{a: v}]
            {type: array, items: {type: string}}                                | [v, null]                 | [v, null]
            {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}} | {apiVersion: v1, kind: K, metadata: {name: n}, spec: {}, more: 1} | {apiVersion: v1, kind: K, metadata: {name: n}, spec: {}}
            {x-kubernetes-int-or-string: true}                                  | 5                         | 5
            {type: string}                                                      | {a: v}                    | {}
            """)
    void what_the_schema_does_not_have_goes(String schema, String value, String left) {
        ObjectTree root = ObjectTree.of("type", "object", "properties", ObjectTree.of("f", Yaml.read(schema)));
        ObjectTree object = ObjectTree.of("apiVersion", "g/v1", "kind", "K", "f", Yaml.read(value));
        Tree pruned = CustomPruning.of(object, root).get("f");
        assertThat(pruned).isEqualTo(Yaml.read(left));
        if (value.equals(left)) assertThat(CustomPruning.of(object, root)).isSameAs(object);
    }
}
