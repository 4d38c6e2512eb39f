package io.amphora.apiserver.request;

import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Drops what a schema does not know.
final class Pruning {
    private Pruning() {}

    static ObjectTree prune(ObjectTree object, Schema schema, List<String> problems) {
        return prune(object, schema, "", problems);
    }

    private static ObjectTree prune(ObjectTree object, Schema schema, String path, List<String> problems) {
        return object.map((name, value) -> {
            Schema.Field field = schema.findField(name);
            String inner = path.isEmpty() ? name : path + "." + name;
            if (field != null) return value(value, field.schema(), inner, problems);
            if (schema.preserveUnknown()) return value;
            problems.add("unknown field \"" + inner + "\"");
            return null;
        });
    }

    private static @Nullable Tree value(Tree value, Schema schema, String path, List<String> problems) {
        if (value.isNull() && schema.type() != Schema.Type.ANY) return null;
        return switch (schema.type()) {
            case OBJECT -> value instanceof ObjectTree object ? prune(object, schema, path, problems) : value;
            case MAP -> value instanceof ObjectTree map
                    ? map.map((name, each) -> value(each, schema.items(), path + "." + name, problems))
                    : value;
            case LIST -> value instanceof ListTree list ? list(list, schema, path, problems) : value;
            default -> value;
        };
    }

    private static Tree list(ListTree list, Schema schema, String path, List<String> problems) {
        int[] index = {0};
        return list.map(each -> {
            Tree kept = value(each, schema.items(), path + "[" + index[0]++ + "]", problems);
            return kept == null ? Tree.NULL : kept;
        });
    }
}
