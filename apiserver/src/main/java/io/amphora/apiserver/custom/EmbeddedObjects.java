package io.amphora.apiserver.custom;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Whole objects inside of a custom resource (`x-kubernetes-embedded-resource`) say what they are.
final class EmbeddedObjects {
    private EmbeddedObjects() {}

    static void validate(ObjectTree schema, ObjectTree object, FieldErrors errors) {
        inside(schema, object, null, errors);
    }

    private static void value(ObjectTree schema, Tree value, FieldPath at, FieldErrors errors) {
        if (schema.bool(SchemaShape.EMBEDDED) && value instanceof ObjectTree object) whole(object, at, errors);
        inside(schema, value, at, errors);
    }

    private static void inside(ObjectTree schema, Tree value, @Nullable FieldPath at, FieldErrors errors) {
        if (value instanceof ObjectTree object) {
            ObjectTree properties = schema.object("properties");
            for (var each : object) {
                FieldPath inner = at == null ? FieldPath.of(each.getKey()) : at.child(each.getKey());
                if (properties.find(each.getKey()) instanceof ObjectTree known)
                    value(known, each.getValue(), inner, errors);
                else if (schema.find("additionalProperties") instanceof ObjectTree values)
                    value(values, each.getValue(), at == null ? inner : at.key(each.getKey()), errors);
            }
        }
        if (value instanceof ListTree list && at != null && schema.find("items") instanceof ObjectTree items)
            for (int i = 0; i < list.size(); i++) value(items, list.get(i), at.index(i), errors);
    }

    private static void whole(ObjectTree object, FieldPath at, FieldErrors errors) {
        String version = object.text("apiVersion");
        if (version.isEmpty()) errors.required(at.child("apiVersion"), "");
        else if (version.chars().filter(c -> c == '/').count() > 1)
            errors.invalid(at.child("apiVersion"), version, "unexpected GroupVersion string: " + version);
        String kind = object.text("kind");
        if (kind.isEmpty()) errors.required(at.child("kind"), "");
        else {
            var wrong = Names.isDNS1035Label(kind.toLowerCase(Locale.ROOT));
            if (!wrong.isEmpty())
                errors.invalid(
                        at.child("kind"),
                        kind,
                        "may have mixed case, but should otherwise match: " + String.join(",", wrong));
        }
    }
}
