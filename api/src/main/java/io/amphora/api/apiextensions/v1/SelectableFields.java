package io.amphora.api.apiextensions.v1;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;

/// Fields by which custom resources can be selected: scalars at simple paths (KEP-4358).
final class SelectableFields {
    private static final int LIMIT = 8;
    private static final List<String> TYPES = List.of("string", "boolean", "integer");

    private SelectableFields() {}

    static void validate(List<SelectableField> fields, ObjectTree schema, FieldPath list, FieldErrors errors) {
        if (fields.size() > LIMIT) {
            errors.tooMany(list, fields.size(), LIMIT);
            return;
        }
        var seen = new HashSet<String>();
        for (int i = 0; i < fields.size(); i++) {
            String path = fields.get(i).jsonPath();
            FieldPath at = list.index(i).child("jsonPath");
            if (path.isEmpty()) errors.required(at, "");
            else if (!seen.add(path)) errors.duplicate(at, path);
            else path(path, schema, at, errors);
        }
    }

    private static void path(String path, ObjectTree schema, FieldPath at, FieldErrors errors) {
        if (!path.startsWith(".")) {
            String first = path.split("[.\\[]", 2)[0];
            errors.invalid(at, path, "is an invalid path: expected [ or . but got: " + first);
            return;
        }
        Optional<ObjectTree> field = field(path, schema);
        if (field.isEmpty()) errors.invalid(at, path, "is an invalid path: does not refer to a valid field");
        else if (!TYPES.contains(field.get().text("type")))
            errors.invalid(
                    at,
                    path,
                    "must point to a field of type string, boolean or integer. Enum string fields and strings with formats "
                            + "are allowed.");
    }

    /// Metadata has field selectors of its own.
    private static Optional<ObjectTree> field(String path, ObjectTree schema) {
        ObjectTree field = schema;
        String[] names = path.substring(1).split("\\.", -1);
        if (names[0].equals("metadata")) return Optional.empty();
        for (String name : names) {
            if (!(field.object("properties").find(name) instanceof ObjectTree inner)) return Optional.empty();
            field = inner;
        }
        return Optional.of(field);
    }
}
