package io.amphora.apiserver.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.amphora.machinery.tree.Json;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiProtobufTest {
    /// @param json a document, with `'` for quotes
    /// @param fields the numbers that lead to fields, from the document inwards
    /// @param values of these fields
    record Case(String name, OpenApiMessages messages, String json, List<Integer> fields, Object... values) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final String DEFINITIONS = """
            {'swagger': '2.0', 'info': {'title': 'T', 'version': 'v1'}, 'definitions': {
              'a': {'type': 'object', 'required': ['x', 'y'], 'additionalProperties': true,
                    'x-kubernetes-map-type': 'atomic',
                    'x-kubernetes-group-version-kind': [{'group': 'g', 'kind': 'K', 'version': 'v'}],
                    'properties': {
                      'x-a': {'$ref': '#/definitions/b', 'description': 'of x'},
                      'y': {'type': 'array', 'items': {'type': 'string'}, 'minItems': 2, 'maximum': 1.5},
                      'z': {'additionalProperties': {'type': 'integer'}, 'default': {'k': [1, 'v']},
                            'enum': ['1', 2]}}},
              'b': {'type': 'integer', 'format': 'int32', 'unknown': 1}}}""";

    private static final String OPERATION = """
            {'paths': {'/p': {'post': {
              'operationId': 'id', 'consumes': ['a/b', 'c/d'], 'x-kubernetes-action': 'post',
              'parameters': [{'in': 'query', 'name': 'q', 'type': 'string', 'uniqueItems': true},
                             {'in': 'body', 'name': 'b', 'required': true, 'schema': {'$ref': '#/definitions/b'}},
                             {'in': 'path', 'name': 'p', 'type': 'string'},
                             {'$ref': '#/parameters/r'}],
              'responses': {'200': {'description': 'OK', 'schema': {'$ref': '#/definitions/b'}}}}}}}""";

    private static final String SCHEMAS = """
            {'openapi': '3.0.0', 'components': {'schemas': {'a': {'type': 'object', 'nullable': true, 'properties': {
              'x': {'allOf': [{'$ref': '#/components/schemas/b'}], 'default': {}},
              'y': {'default': 'd', 'oneOf': [{'type': 'integer'}, {'type': 'string'}]},
              'z': {'default': 3, 'items': {'$ref': '#/components/schemas/b'}},
              'zz': {'default': false, 'additionalProperties': {'type': 'string'}}}}}}}""";

    private static final String BODIES = """
            {'paths': {'/p': {'patch': {
              'parameters': [{'in': 'query', 'name': 'q', 'schema': {'type': 'string'}}],
              'requestBody': {'required': true, 'content': {'*/*': {'schema': {'$ref': '#/b'}}}},
              'responses': {'200': {'description': 'OK'}, 'default': {'description': 'else'}}}}}}""";

    static List<Case> cases() {
        var two = OpenApiMessages.VERSION_2;
        var three = OpenApiMessages.VERSION_3;
        return List.of(
                new Case("texts", two, DEFINITIONS, List.of(2, 1), "T"),
                new Case("names of entries, in order", two, DEFINITIONS, List.of(9, 1, 1), "a", "b"),
                new Case("a list of texts", two, DEFINITIONS, List.of(9, 1, 2, 19), "x", "y"),
                new Case("a type is a list of one", two, DEFINITIONS, List.of(9, 1, 2, 22, 1), "object", "integer"),
                new Case(
                        "properties, whatever their names",
                        two,
                        DEFINITIONS,
                        List.of(9, 1, 2, 25, 1, 1),
                        "x-a",
                        "y",
                        "z"),
                new Case(
                        "a reference beside a description",
                        two,
                        DEFINITIONS,
                        List.of(9, 1, 2, 25, 1, 2, 1),
                        "#/definitions/b"),
                new Case("items", two, DEFINITIONS, List.of(9, 1, 2, 25, 1, 2, 23, 1, 22, 1), "string"),
                new Case("whole numbers", two, DEFINITIONS, List.of(9, 1, 2, 25, 1, 2, 15), 2L),
                new Case("fractions", two, DEFINITIONS, List.of(9, 1, 2, 25, 1, 2, 7), Double.doubleToRawLongBits(1.5)),
                new Case("any value as YAML", two, DEFINITIONS, List.of(9, 1, 2, 25, 1, 2, 5, 2), "k:\n- 1\n- v\n"),
                new Case("any of a list", two, DEFINITIONS, List.of(9, 1, 2, 25, 1, 2, 20, 2), "\"1\"\n", "2\n"),
                new Case("true for additional properties", two, DEFINITIONS, List.of(9, 1, 2, 21, 2), 1L),
                new Case(
                        "a schema for additional properties",
                        two,
                        DEFINITIONS,
                        List.of(9, 1, 2, 25, 1, 2, 21, 1, 22, 1),
                        "integer"),
                new Case(
                        "extensions by name",
                        two,
                        DEFINITIONS,
                        List.of(9, 1, 2, 31, 1),
                        "x-kubernetes-group-version-kind",
                        "x-kubernetes-map-type"),
                new Case(
                        "extensions as YAML",
                        two,
                        DEFINITIONS,
                        List.of(9, 1, 2, 31, 2, 2),
                        "- group: g\n  kind: K\n  version: v\n",
                        "atomic\n"),
                new Case("a path", two, OPERATION, List.of(8, 2, 1), "/p"),
                new Case("what an operation consumes", two, OPERATION, List.of(8, 2, 2, 4, 7), "a/b", "c/d"),
                new Case("a parameter of the query", two, OPERATION, List.of(8, 2, 2, 4, 8, 1, 2, 3, 4), "q"),
                new Case("a parameter of the path", two, OPERATION, List.of(8, 2, 2, 4, 8, 1, 2, 4, 4), "p"),
                new Case("the body", two, OPERATION, List.of(8, 2, 2, 4, 8, 1, 1, 5, 1), "#/definitions/b"),
                new Case("a parameter elsewhere", two, OPERATION, List.of(8, 2, 2, 4, 8, 2, 1), "#/parameters/r"),
                new Case("the code of an answer", two, OPERATION, List.of(8, 2, 2, 4, 9, 1, 1), "200"),
                new Case(
                        "the schema of an answer",
                        two,
                        OPERATION,
                        List.of(8, 2, 2, 4, 9, 1, 2, 1, 2, 1, 1),
                        "#/definitions/b"),
                new Case("version 3", three, SCHEMAS, List.of(1), "3.0.0"),
                new Case("null is allowed", three, SCHEMAS, List.of(5, 1, 1, 2, 1, 1), 1L),
                new Case(
                        "a reference or a schema: a reference",
                        three,
                        SCHEMAS,
                        List.of(5, 1, 1, 2, 1, 31, 1, 2, 1, 26, 2, 1),
                        "#/components/schemas/b"),
                new Case(
                        "a reference or a schema: a schema",
                        three,
                        SCHEMAS,
                        List.of(5, 1, 1, 2, 1, 31, 1, 2, 1, 27, 1, 25),
                        "integer",
                        "string"),
                new Case("a default that is text", three, SCHEMAS, List.of(5, 1, 1, 2, 1, 31, 1, 2, 1, 33, 3), "d"),
                new Case(
                        "a default that is a number",
                        three,
                        SCHEMAS,
                        List.of(5, 1, 1, 2, 1, 31, 1, 2, 1, 33, 1),
                        Double.doubleToRawLongBits(3)),
                new Case("a default that is false", three, SCHEMAS, List.of(5, 1, 1, 2, 1, 31, 1, 2, 1, 33, 2), 0L),
                new Case(
                        "items of version 3",
                        three,
                        SCHEMAS,
                        List.of(5, 1, 1, 2, 1, 31, 1, 2, 1, 30, 1, 2, 1),
                        "#/components/schemas/b"),
                new Case("the schema of a parameter", three, BODIES, List.of(4, 1, 2, 10, 6, 1, 10, 1, 25), "string"),
                new Case("the type of a body", three, BODIES, List.of(4, 1, 2, 10, 7, 1, 2, 1, 1), "*/*"),
                new Case("the schema of a body", three, BODIES, List.of(4, 1, 2, 10, 7, 1, 2, 1, 2, 1, 2, 1), "#/b"),
                new Case("an answer by code", three, BODIES, List.of(4, 1, 2, 10, 8, 2, 2, 1, 1), "OK"),
                new Case("any other answer", three, BODIES, List.of(4, 1, 2, 10, 8, 1, 1, 1), "else"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_document_is_written_field_by_field(Case c) throws InvalidProtocolBufferException {
        byte[] written = OpenApiProtobuf.write(
                c.messages(), Json.read(c.json().replace('\'', '"')).object());
        assertThat(values(UnknownFieldSet.parseFrom(written), c.fields())).containsExactly(c.values());
    }

    /// All values of the field at the end of a path, in order.
    private static List<Object> values(UnknownFieldSet message, List<Integer> path)
            throws InvalidProtocolBufferException {
        var values = new ArrayList<>();
        UnknownFieldSet.Field field = message.asMap().get(path.getFirst());
        if (field == null) return values;
        List<Integer> rest = path.subList(1, path.size());
        values.addAll(field.getVarintList());
        values.addAll(field.getFixed64List());
        for (var bytes : field.getLengthDelimitedList()) {
            if (rest.isEmpty()) values.add(bytes.toStringUtf8());
            else values.addAll(values(UnknownFieldSet.parseFrom(bytes), rest));
        }
        return values;
    }
}
