package io.amphora.api.codec;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.schema.Declarations;
import io.amphora.api.schema.Declarations.Scalar;
import io.amphora.api.schema.Declarations.Shape;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Objects;

/// Objects with every field set to a value of its own. Only what would contain itself is cut off.
final class Samples {
    private final Deque<String> inside = new ArrayDeque<>();
    private int count;

    private Samples() {}

    static ObjectTree full(GroupVersionKind kind) {
        ObjectTree object = new Samples().object(Objects.requireNonNull(Declarations.findKind(kind)));
        return object.with("apiVersion", kind.apiVersion()).with("kind", kind.kind());
    }

    private ObjectTree object(String type) {
        if (inside.contains(type))
            return StrictDecoder.decode(ObjectTree.EMPTY, Schemas.byName(type)).tree();
        inside.push(type);
        ObjectTree.Builder object = ObjectTree.builder();
        for (Declarations.Field field : Declarations.of(type).fields())
            if (!field.numbers().isEmpty())
                object.put(field.name(), value(field.shape())); // a kind inside a list is not named
        inside.pop();
        return object.build();
    }

    private Tree value(Shape shape) {
        return switch (shape) {
            case Shape.Plain(var scalar) -> scalar(scalar);
            case Shape.Ref(var type) -> object(type);
            case Shape.ListOf list -> ListTree.of(value(list.items()), value(list.items()));
            case Shape.MapOf map ->
                ObjectTree.of("key-" + ++count, value(map.values()), "key-" + ++count, value(map.values()));
        };
    }

    private Tree scalar(Scalar scalar) {
        int number = ++count;
        return switch (scalar) {
            case STRING -> Tree.of("text " + number + " é");
            case INT32 -> Tree.of(number % 2 == 0 ? -number : number);
            case INT64 -> Tree.of(number % 2 == 0 ? Long.MIN_VALUE + number : Long.MAX_VALUE - number);
            case DOUBLE -> Tree.of(number + 0.5);
            case BOOLEAN -> Tree.Bool.TRUE;
            case BYTES ->
                Tree.of(Base64.getEncoder().encodeToString(("bytes " + number).getBytes(StandardCharsets.UTF_8)));
            case TIME -> Tree.of("2026-11-%02dT10:%02d:00Z".formatted(number % 28 + 1, number % 60));
            case MICRO_TIME -> Tree.of("2026-11-%02dT10:00:00.%06dZ".formatted(number % 28 + 1, number));
            case QUANTITY -> Tree.of(number % 2 == 0 ? number * 1000 + 1 + "m" : number + "Gi");
            case INT_OR_STRING -> number % 2 == 0 ? Tree.of(number) : Tree.of(number + "%");
            case RAW_EXTENSION -> ObjectTree.of("raw", number);
            case FIELDS_V1 -> ObjectTree.of("f:spec", ObjectTree.EMPTY);
            case JSON -> number % 2 == 0 ? Tree.of(number) : ListTree.of(Tree.NULL, Tree.of("json"));
            case SCHEMA_OR_ARRAY ->
                number % 2 == 0 ? ObjectTree.of("type", "string") : ListTree.of(ObjectTree.of("type", "array"));
            case SCHEMA_OR_BOOL -> number % 2 == 0 ? ObjectTree.of("title", "t") : Tree.of(number % 3 == 0);
            case SCHEMA_OR_STRINGS ->
                number % 2 == 0 ? ObjectTree.of("title", "t") : ListTree.of(Tree.of("a"), Tree.of("b"));
        };
    }
}
