package io.amphora.apiserver.registry;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// Checks that an applied object has the types of its schema, as an apply has to before it can merge. In
/// contrast to other writes, an unknown field is an error here, because nobody could own it.
final class AppliedTypes {
    private final List<String> problems = new ArrayList<>();

    private AppliedTypes() {}

    static ObjectTree checked(ObjectTree object, Write write) {
        var check = new AppliedTypes();
        Schema schema = write.kind().schema();
        check.value("", object, schema);
        if (!check.problems.isEmpty()) throw Application.untypable(write, String.join("\n", check.problems));
        return object;
    }

    private void value(String path, Tree value, Schema schema) {
        if (value.isNull()) return;
        switch (schema.type()) {
            case OBJECT -> {
                if (value instanceof ObjectTree object) fields(path, object, schema);
                else expected(path, "map", value);
            }
            case MAP -> {
                if (value instanceof ObjectTree map)
                    map.forEach(each -> value(path + "." + each.getKey(), each.getValue(), schema.items()));
                else expected(path, "map", value);
            }
            case LIST -> {
                if (value instanceof ListTree list)
                    for (int i = 0; i < list.size(); i++) value(path + "[" + i + "]", list.get(i), schema.items());
                else expected(path, "list", value);
            }
            case STRING -> {
                boolean quantity = schema.format() == Schema.Format.QUANTITY && isNumber(value);
                if (!(value instanceof Tree.Text) && !quantity) scalar(path, "string", value);
            }
            case INTEGER -> {
                if (!(value instanceof Tree.Whole)) scalar(path, "numeric (int or float)", value);
            }
            case NUMBER -> {
                if (!isNumber(value)) scalar(path, "numeric (int or float)", value);
            }
            case BOOLEAN -> {
                if (!(value instanceof Tree.Bool)) scalar(path, "boolean", value);
            }
            case INT_OR_STRING, ANY -> {}
        }
    }

    private void fields(String path, ObjectTree object, Schema schema) {
        for (var each : object) {
            Schema.Field field = schema.findField(each.getKey());
            String inner = path + "." + each.getKey();
            if (field != null) value(inner, each.getValue(), field.schema());
            else if (!schema.preserveUnknown()) problems.add(inner + ": field not declared in schema");
        }
    }

    private static boolean isNumber(Tree value) {
        return value instanceof Tree.Whole || value instanceof Tree.Decimal;
    }

    private void expected(String path, String type, Tree value) {
        problems.add(path + ": expected " + type + ", got &{" + GoText.print(value) + "}");
    }

    private void scalar(String path, String type, Tree value) {
        problems.add(path + ": expected " + type + ", got &value.valueUnstructured{Value:" + GoText.print(value) + "}");
    }
}
