package io.amphora.apiserver.registry;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Fills in the constant defaults that a schema declares, wherever the object around a field is there.
final class SchemaDefaults {
    private static final Tree EMPTY = Tree.of("");

    private SchemaDefaults() {}

    static ObjectTree apply(ObjectTree object, Schema schema) {
        ObjectTree filled = object;
        for (Schema.Field field : schema.fields().values()) {
            Tree value = filled.find(field.name());
            if (value == null || value.isNull()) {
                Tree standard = field.defaultValue();
                // An empty text is the same as none, which Go leaves out.
                if (standard == null || standard.equals(EMPTY)) continue;
                value = standard;
            }
            filled = filled.with(field.name(), inside(value, field.schema()));
        }
        return filled;
    }

    private static Tree inside(Tree value, Schema schema) {
        return switch (schema.type()) {
            case OBJECT -> value instanceof ObjectTree object ? apply(object, schema) : value;
            case MAP ->
                value instanceof ObjectTree map && isComposite(schema.items())
                        ? map.map((name, each) -> inside(each, schema.items()))
                        : value;
            case LIST ->
                value instanceof ListTree list && isComposite(schema.items())
                        ? list.map(each -> inside(each, schema.items()))
                        : value;
            default -> value;
        };
    }

    private static boolean isComposite(Schema schema) {
        return switch (schema.type()) {
            case OBJECT, MAP, LIST -> true;
            default -> false;
        };
    }
}
