package io.amphora.apiserver.custom;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Items of a list of type `set` or `map` are known by themselves or their keys, so there are no two alike.
final class ListRules {
    private ListRules() {}

    /// @param before what is stored: a list that has not changed is left alone
    static void validate(ObjectTree schema, Tree value, @Nullable Tree before, FieldErrors errors) {
        value(schema, value, before, null, errors);
    }

    private static void value(
            ObjectTree schema, Tree value, @Nullable Tree before, @Nullable FieldPath at, FieldErrors errors) {
        if (value.equals(before)) return;
        if (value instanceof ListTree list && at != null) {
            list(schema, list, at, errors);
            if (schema.find("items") instanceof ObjectTree items)
                for (int i = 0; i < list.size(); i++) value(items, list.get(i), null, at.index(i), errors);
        }
        if (!(value instanceof ObjectTree object)) return;
        ObjectTree properties = schema.object("properties");
        for (var each : object) {
            FieldPath inner = at == null ? FieldPath.of(each.getKey()) : at.child(each.getKey());
            Tree old = before instanceof ObjectTree stored ? stored.find(each.getKey()) : null;
            if (properties.find(each.getKey()) instanceof ObjectTree known)
                value(known, each.getValue(), old, inner, errors);
            else if (schema.find("additionalProperties") instanceof ObjectTree values)
                value(values, each.getValue(), old, inner, errors);
        }
    }

    private static void list(ObjectTree schema, ListTree list, FieldPath at, FieldErrors errors) {
        switch (schema.text("x-kubernetes-list-type")) {
            case "set" -> {
                var seen = new HashSet<Tree>();
                for (int i = 0; i < list.size(); i++)
                    if (!seen.add(list.get(i))) errors.duplicate(at.index(i), list.get(i));
            }
            case "map" -> map(schema, list, at, errors);
            default -> {}
        }
    }

    private static void map(ObjectTree schema, ListTree list, FieldPath at, FieldErrors errors) {
        List<String> keys = schema.list("x-kubernetes-list-map-keys").items().stream()
                .map(key -> String.valueOf(key.text()))
                .toList();
        var seen = new HashSet<Tree>();
        for (int i = 0; i < list.size(); i++) {
            if (!(list.get(i) instanceof ObjectTree item)) continue;
            ObjectTree key = ObjectTree.EMPTY;
            for (String name : keys) {
                Tree part = item.find(name);
                if (part != null) key = key.with(name, part); // else the schema wants it, or has a default
            }
            if (key.size() == keys.size() && !seen.add(key)) errors.duplicate(at.index(i), key);
        }
    }
}
