package io.amphora.apiserver.openapi;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The protobuf messages of an OpenAPI document (gnostic's `openapi.v2` and `openapi.v3`): which field each
/// property of an object is, as far as documents of Kubernetes have them.
///
/// | in the tables | is |
/// |---|---|
/// | `title=1` | the property `title` is field 1, a text, a boolean or a whole number as it stands |
/// | `info=2:Info` | a message of its own |
/// | `required=19*` | a list, a field for each item |
/// | `items=23.1*:Schema` | the same, as field 1 of a message that is field 23 |
/// | `*=2:PathItem` | every property without a line of its own is a `{name = 1, value = 2}` in field 2 |
/// | `x-*=5:Any` | the same for properties that begin with `x-` |
/// | `$ref?2:Reference` | the whole value is field 2 if it has a `$ref`; the first choice that holds is taken |
/// | `in=path?1.2.4:PathParameter` | … if its `in` is `path` |
///
/// `Any` is the value as YAML, `Double` a number that may have a fraction.
final class OpenApiMessages {
    static final OpenApiMessages VERSION_2 = new OpenApiMessages("""
            Document: swagger=1 info=2:Info host=3 basePath=4 schemes=5* consumes=6* produces=7* paths=8:Paths
              definitions=9:Definitions x-*=16:Any
            Info: title=1 version=2 description=3 termsOfService=4 x-*=7:Any
            ExternalDocs: description=1 url=2 x-*=3:Any
            Reference: $ref=1 description=2

            Paths: *=2:PathItem x-*=1:Any
            PathItem: $ref=1 get=2:Operation put=3:Operation post=4:Operation delete=5:Operation
              options=6:Operation head=7:Operation patch=8:Operation parameters=9*:ParametersItem x-*=10:Any
            Operation: tags=1* summary=2 description=3 externalDocs=4:ExternalDocs operationId=5 produces=6*
              consumes=7* parameters=8*:ParametersItem responses=9:Responses schemes=10* deprecated=11 x-*=13:Any

            ParametersItem: $ref?2:Reference in=body?1.1:BodyParameter in=query?1.2.3:QueryParameter
              in=path?1.2.4:PathParameter
            BodyParameter: description=1 name=2 in=3 required=4 schema=5:Schema x-*=6:Any
            QueryParameter: required=1 in=2 description=3 name=4 allowEmptyValue=5 type=6 format=7
              collectionFormat=9 default=10:Any maximum=11:Double exclusiveMaximum=12 minimum=13:Double
              exclusiveMinimum=14 maxLength=15 minLength=16 pattern=17 maxItems=18 minItems=19 uniqueItems=20
              enum=21*:Any multipleOf=22:Double x-*=23:Any
            PathParameter: required=1 in=2 description=3 name=4 type=5 format=6
              collectionFormat=8 default=9:Any maximum=10:Double exclusiveMaximum=11 minimum=12:Double
              exclusiveMinimum=13 maxLength=14 minLength=15 pattern=16 maxItems=17 minItems=18 uniqueItems=19
              enum=20*:Any multipleOf=21:Double x-*=22:Any
            Responses: *=1:ResponseValue x-*=2:Any
            ResponseValue: $ref?2:Reference ?1:Response
            Response: description=1 schema=2.1:Schema x-*=5:Any

            Definitions: *=1:Schema
            Properties: *=1:Schema
            AdditionalProperties: boolean?2 ?1:Schema
            Schema: $ref=1 format=2 title=3 description=4 default=5:Any multipleOf=6:Double maximum=7:Double
              exclusiveMaximum=8 minimum=9:Double exclusiveMinimum=10 maxLength=11 minLength=12 pattern=13
              maxItems=14 minItems=15 uniqueItems=16 maxProperties=17 minProperties=18 required=19* enum=20*:Any
              additionalProperties=21:AdditionalProperties type=22.1* items=23.1*:Schema allOf=24*:Schema
              properties=25:Properties discriminator=26 readOnly=27 externalDocs=29:ExternalDocs example=30:Any
              x-*=31:Any
            """);

    static final OpenApiMessages VERSION_3 = new OpenApiMessages("""
            Document: openapi=1 info=2:Info paths=4:Paths components=5:Components externalDocs=8:ExternalDocs
              x-*=9:Any
            Info: title=1 description=2 termsOfService=3 version=6 x-*=7:Any summary=8
            ExternalDocs: description=1 url=2 x-*=3:Any
            Reference: $ref=1 summary=2 description=3
            Components: schemas=1:Schemas x-*=10:Any

            Paths: *=1:PathItem x-*=2:Any
            PathItem: $ref=1 summary=2 description=3 get=4:Operation put=5:Operation post=6:Operation
              delete=7:Operation options=8:Operation head=9:Operation patch=10:Operation trace=11:Operation
              parameters=13*:ParameterOrReference x-*=14:Any
            Operation: tags=1* summary=2 description=3 externalDocs=4:ExternalDocs operationId=5
              parameters=6*:ParameterOrReference requestBody=7:RequestBodyOrReference responses=8:Responses
              deprecated=10 x-*=13:Any

            ParameterOrReference: $ref?2:Reference ?1:Parameter
            Parameter: name=1 in=2 description=3 required=4 deprecated=5 allowEmptyValue=6 style=7 explode=8
              allowReserved=9 schema=10:SchemaOrReference example=11:Any content=13:MediaTypes x-*=14:Any
            RequestBodyOrReference: $ref?2:Reference ?1:RequestBody
            RequestBody: description=1 content=2:MediaTypes required=3 x-*=4:Any
            Responses: default=1:ResponseOrReference *=2:ResponseOrReference x-*=3:Any
            ResponseOrReference: $ref?2:Reference ?1:Response
            Response: description=1 content=3:MediaTypes x-*=5:Any
            MediaTypes: *=1:MediaType
            MediaType: schema=1:SchemaOrReference example=2:Any x-*=5:Any

            Schemas: *=1:SchemaOrReference
            Properties: *=1:SchemaOrReference
            SchemaOrReference: $ref?2:Reference ?1:Schema
            AdditionalProperties: boolean?2 ?1:SchemaOrReference
            Default: number?1:Double boolean?2 text?3
            Schema: nullable=1 readOnly=3 writeOnly=4 externalDocs=6:ExternalDocs example=7:Any deprecated=8
              title=9 multipleOf=10:Double maximum=11:Double exclusiveMaximum=12 minimum=13:Double
              exclusiveMinimum=14 maxLength=15 minLength=16 pattern=17 maxItems=18 minItems=19 uniqueItems=20
              maxProperties=21 minProperties=22 required=23* enum=24*:Any type=25 allOf=26*:SchemaOrReference
              oneOf=27*:SchemaOrReference anyOf=28*:SchemaOrReference not=29:Schema
              items=30.1*:SchemaOrReference properties=31:Properties
              additionalProperties=32:AdditionalProperties default=33:Default description=34 format=35
              x-*=36:Any
            """);

    /// @param numbers of the field, after those of the messages around it that hold nothing else
    /// @param isList whether each item of a list is a field
    /// @param type a message, `Any`, `Double`; "" for a value as it stands
    record Field(int[] numbers, boolean isList, String type) {
        int number() {
            return numbers[numbers.length - 1];
        }

        static Field parse(String text) {
            int colon = text.indexOf(':');
            String place = colon < 0 ? text : text.substring(0, colon);
            boolean isList = place.endsWith("*");
            int[] numbers = Arrays.stream(place.replace("*", "").split("\\."))
                    .mapToInt(Integer::parseInt)
                    .toArray();
            return new Field(numbers, isList, colon < 0 ? "" : text.substring(colon + 1));
        }
    }

    /// @param condition a property that is there (`$ref`) or has a value (`in=body`), `boolean`, `number`, `text`;
    ///     "" always holds
    record Choice(String condition, Field field) {}

    /// @param fields by property
    /// @param choices none when the message is made of properties
    record Message(Map<String, Field> fields, List<Choice> choices) {
        /// The field of a property that has its own (`*` itself is no such name).
        @Nullable
        Field own(String property) {
            return property.endsWith("*") ? null : fields.get(property);
        }

        /// The field that a property is an entry of.
        @Nullable
        Field entries(String property) {
            Field extensions = property.startsWith("x-") ? fields.get("x-*") : null;
            return extensions == null ? fields.get("*") : extensions;
        }
    }

    private final Map<String, Message> messages = new HashMap<>();

    private OpenApiMessages(String table) {
        var message = new Message(Map.of(), List.of());
        for (String word : table.strip().split("\\s+")) {
            int choice = word.indexOf('?');
            int equals = word.indexOf('=');
            if (word.endsWith(":")) {
                message = new Message(new HashMap<>(), new ArrayList<>());
                messages.put(word.substring(0, word.length() - 1), message);
            } else if (choice >= 0) {
                message.choices().add(new Choice(word.substring(0, choice), Field.parse(word.substring(choice + 1))));
            } else {
                message.fields().put(word.substring(0, equals), Field.parse(word.substring(equals + 1)));
            }
        }
    }

    Message message(String type) {
        Message message = messages.get(type);
        if (message == null) throw new IllegalArgumentException("no message " + type);
        return message;
    }
}
