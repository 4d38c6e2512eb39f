package io.amphora.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class DefinedSchemasTest {
    private static final ObjectTree METADATA = ObjectTree.of("$ref", "#/ObjectMeta");

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {type: string, default: x, example: y, pattern: z}                       | {type: string, default: x, pattern: z}                  | {type: string, default: x, pattern: z}
            {type: string, nullable: true}                                           | {type: string, nullable: true}                          | {}
            {type: array, nullable: true, items: {type: string}}                     | {type: array, nullable: true, items: {type: string}}    | {}
            {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}} | {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: string}}} | {x-kubernetes-preserve-unknown-fields: true}
            {x-kubernetes-int-or-string: true}                                       | {x-kubernetes-int-or-string: true, anyOf: [{type: integer}, {type: string}]} | {x-kubernetes-int-or-string: true}
            {type: integer, anyOf: [{minimum: 1}], not: {enum: [3]}}                 | {type: integer, anyOf: [{minimum: 1}], not: {enum: [3]}} | {type: integer}
            {type: object, required: [a, b], properties: {a: {type: string, nullable: true}, b: {type: string}}} | {type: object, required: [a, b], properties: {a: {type: string, nullable: true}, b: {type: string}}} | {type: object, required: [b], properties: {a: {}, b: {type: string}}}
            {type: object, additionalProperties: {type: string, nullable: true}}     | {type: object, additionalProperties: {type: string, nullable: true}} | {type: object, additionalProperties: {}}
            {type: object, additionalProperties: true, properties: {a: {type: string}}} | {type: object, additionalProperties: true, properties: {a: {type: string}}} | {type: object, additionalProperties: true, properties: {a: {type: string}}}
            """)
    void a_field_in_version_3_and_in_version_2(String schema, String version3, String version2) {
        ObjectTree root = ObjectTree.of("type", "object", "properties", ObjectTree.of("f", Yaml.read(schema)));
        assertThat(DefinedSchemas.version3(root, METADATA).object("properties").get("f"))
                .isEqualTo(Yaml.read(version3));
        assertThat(DefinedSchemas.version2(root, METADATA).object("properties").get("f"))
                .isEqualTo(Yaml.read(version2));
    }

    @Test
    void what_all_objects_have_is_described() {
        ObjectTree root = Yaml.read("{type: object, properties: {metadata: {type: object}}}")
                .object();
        for (ObjectTree schema :
                new ObjectTree[] {DefinedSchemas.version2(root, METADATA), DefinedSchemas.version3(root, METADATA)}) {
            ObjectTree properties = schema.object("properties");
            assertThat(properties.object("apiVersion").text("description"))
                    .startsWith("APIVersion defines the versioned schema of this representation of an object.");
            assertThat(properties.object("kind").text("description"))
                    .startsWith("Kind is a string value representing the REST resource this object represents.");
            assertThat(properties.object("metadata").text("description"))
                    .startsWith("Standard object's metadata. More info: https://git.k8s.io/");
            assertThat(properties.object("metadata").text("$ref")).isEqualTo("#/ObjectMeta");
        }
    }

    @Test
    void a_root_that_keeps_what_it_does_not_know_is_a_plain_object_in_version_2() {
        ObjectTree root = Yaml.read(
                        "{type: object, x-kubernetes-preserve-unknown-fields: true, properties: {spec: {type: object}}}")
                .object();
        assertThat(DefinedSchemas.version2(root, METADATA)).isEqualTo(ObjectTree.of("type", "object"));
        assertThat(DefinedSchemas.version3(root, METADATA).object("properties").names())
                .containsExactly("apiVersion", "kind", "metadata", "spec");
    }

    @Test
    void an_embedded_object_has_what_all_have() {
        ObjectTree root = Yaml.read("""
                        type: object
                        properties:
                          known: {type: object, x-kubernetes-embedded-resource: true, properties: {spec: {type: object}}}
                          open: {type: object, x-kubernetes-embedded-resource: true, x-kubernetes-preserve-unknown-fields: true}
                        """).object();
        ObjectTree version3 = DefinedSchemas.version3(root, METADATA).object("properties");
        assertThat(version3.object("known").object("properties").names())
                .containsExactly("apiVersion", "kind", "metadata", "spec");
        assertThat(version3.object("known").list("required")).hasSize(2);
        assertThat(version3.object("known")
                        .object("properties")
                        .object("apiVersion")
                        .text("description"))
                .startsWith("apiVersion defines");
        assertThat(version3.object("open").object("properties").names())
                .containsExactly("apiVersion", "kind", "metadata");
        assertThat(DefinedSchemas.version2(root, METADATA)
                        .object("properties")
                        .object("open")
                        .has("properties"))
                .isFalse();
    }

    @Test
    void a_list_says_what_it_lists() {
        ObjectTree list = DefinedSchemas.list("Tabs", "Tab", "tabs", ObjectTree.of("$ref", "#/Tab"), METADATA);
        assertThat(list.text("description")).isEqualTo("Tabs is a list of Tab");
        assertThat(list.object("properties").object("items").text("description"))
                .startsWith("List of tabs. More info:");
        assertThat(list.object("properties").object("metadata").text("description"))
                .startsWith("Standard list metadata.");
    }
}
