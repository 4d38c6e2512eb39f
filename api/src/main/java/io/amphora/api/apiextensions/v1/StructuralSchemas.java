package io.amphora.api.apiextensions.v1;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Schemas of custom resources are structural: each field has one type that is told once, outside of `allOf`
/// and its
/// like, which may only narrow it (KEP-1175). What defaults and rules in CEL say is for those to check who can
/// evaluate them.
final class StructuralSchemas {
    private static final List<String> TYPES = List.of("array", "boolean", "integer", "number", "object", "string");
    private static final Set<String> SCALARS = Set.of("boolean", "integer", "number", "string");
    private static final List<String> UNSUPPORTED =
            List.of("$ref", "definitions", "dependencies", "patternProperties", "additionalItems", "id");
    private static final List<String> JUNCTORS = List.of("allOf", "anyOf", "oneOf");
    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    private static final String EMBEDDED = "x-kubernetes-embedded-resource";
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";
    private static final String LIST_TYPE = "x-kubernetes-list-type";
    private static final String LIST_KEYS = "x-kubernetes-list-map-keys";
    private static final String MAP_TYPE = "x-kubernetes-map-type";

    private static final Set<String> FORMATS = Set.of(
            "bsonobjectid",
            "uri",
            "email",
            "hostname",
            "ipv4",
            "ipv6",
            "cidr",
            "mac",
            "uuid",
            "uuid3",
            "uuid4",
            "uuid5",
            "isbn",
            "isbn10",
            "isbn13",
            "creditcard",
            "ssn",
            "hexcolor",
            "rgbcolor",
            "byte",
            "password",
            "date",
            "duration",
            "datetime",
            "date-time",
            "k8s-short-name",
            "k8s-long-name");

    private enum Level {
        ROOT("at the root"),
        ITEM("for specified array items"),
        FIELD("for specified object fields");

        private final String where;

        Level(String where) {
            this.where = where;
        }
    }

    private final FieldErrors errors;

    private StructuralSchemas(FieldErrors errors) {
        this.errors = errors;
    }

    static void validate(ObjectTree schema, FieldPath at, FieldErrors errors) {
        new StructuralSchemas(errors).schema(schema, Level.ROOT, at);
    }

    /// Formats that nobody checks, in the order in which they stand.
    static List<String> unknownFormats(Tree schema) {
        var unknown = new ArrayList<String>();
        collectFormats(schema, unknown);
        return unknown;
    }

    private static void collectFormats(Tree tree, List<String> unknown) {
        if (tree instanceof ListTree list) list.forEach(item -> collectFormats(item, unknown));
        if (!(tree instanceof ObjectTree schema)) return;
        String format = schema.text("format");
        if (!format.isEmpty() && schema.text("type").equals("string") && !FORMATS.contains(format)) unknown.add(format);
        for (var property : schema.object("properties")) collectFormats(property.getValue(), unknown);
        for (String name : List.of("items", "additionalProperties", "allOf", "anyOf", "oneOf", "not"))
            collectFormats(schema.get(name), unknown);
    }

    private void schema(ObjectTree schema, Level level, FieldPath at) {
        keywords(schema, at);
        lists(schema, at);
        if (schema.find("items") instanceof ObjectTree items) schema(items, Level.ITEM, at.child("items"));
        FieldPath properties = at.child("properties");
        for (var property : schema.object("properties")) {
            boolean top = level == Level.ROOT && property.getKey().equals("metadata");
            ObjectTree inner = property.getValue().object();
            schema(top ? inner.without("default") : inner, Level.FIELD, properties.key(property.getKey()));
        }
        if (schema.find("additionalProperties") instanceof ObjectTree values)
            schema(values, Level.FIELD, at.child("additionalProperties"));
        for (String junctor : JUNCTORS) {
            ListTree nested = schema.list(junctor);
            for (int i = 0; i < nested.size(); i++)
                nested(
                        nested.get(i).object(),
                        isIntOrString(schema, junctor),
                        at.child(junctor).index(i));
        }
        if (schema.find("not") instanceof ObjectTree not) nested(not, false, at.child("not"));
        type(schema, level, at);
        standard(schema, level, at.child("default"));
        if (level == Level.ROOT || schema.bool(EMBEDDED)) metadata(schema, properties);
    }

    /// A default is a value as the schema wants it.
    private void standard(ObjectTree schema, Level level, FieldPath at) {
        Tree value = schema.find("default");
        if (value == null || value.isNull()) return;
        if (level == Level.ROOT) {
            for (String name : List.of("apiVersion", "kind"))
                if (value.object().text(name).isEmpty()) errors.required(at.child(name), "");
            return;
        }
        if (!known(value, schema)) errors.invalid(at, value, "must not have unknown fields");
        else {
            SchemaRules.validateAlone(schema, value, at, errors);
            SchemaExpressions.validateAlone(schema, value, at, errors);
        }
    }

    /// Whether nothing of a value would be pruned.
    private static boolean known(Tree value, ObjectTree schema) {
        if (value instanceof ListTree list) return list.stream().allMatch(item -> known(item, schema.object("items")));
        if (!(value instanceof ObjectTree object)) return true;
        boolean anything = schema.bool(PRESERVE)
                || !schema.get("additionalProperties").isNull()
                || !schema.text("type").equals("object");
        for (var each : object) {
            if (schema.object("properties").find(each.getKey()) instanceof ObjectTree property) {
                if (!known(each.getValue(), property)) return false;
            } else if (schema.find("additionalProperties") instanceof ObjectTree values) {
                if (!known(each.getValue(), values)) return false;
            } else if (!anything) return false;
        }
        return true;
    }

    /// What is not supported anywhere, or wrong for itself.
    private void keywords(ObjectTree schema, FieldPath at) {
        for (String name : UNSUPPORTED)
            if (!schema.get(name).isNull()) errors.forbidden(at.child(name), name + " is not supported");
        if (schema.bool("uniqueItems"))
            errors.forbidden(
                    at.child("uniqueItems"),
                    "uniqueItems cannot be set to true since the runtime complexity becomes quadratic");
        Tree more = schema.get("additionalProperties");
        FieldPath additional = at.child("additionalProperties");
        if (!more.isNull()
                && !more.equals(Tree.of(true))
                && !schema.object("properties").isEmpty())
            errors.forbidden(additional, "additionalProperties and properties are mutual exclusive");
        if (schema.get("items") instanceof ListTree)
            errors.forbidden(at.child("items"), "items must be a schema object and not an array");
        String type = schema.text("type");
        if (type.equals("array") && schema.get("items").isNull())
            errors.required(at.child("items"), "must be specified");
        if (type.equals("null"))
            errors.forbidden(at.child("type"), "type cannot be set to null, use nullable as an alternative");
        else if (!type.isEmpty() && !TYPES.contains(type)) errors.notSupported(at.child("type"), type, TYPES);
        pattern(schema.text("pattern"), at.child("pattern"));
        if (schema.get(PRESERVE).equals(Tree.of(false)))
            errors.invalid(at.child(PRESERVE), false, "must be true or undefined");
        if (schema.bool(INT_OR_STRING) && !type.isEmpty())
            errors.invalid(at.child("type"), type, "must be empty if x-kubernetes-int-or-string is true");
        String map = schema.text(MAP_TYPE);
        if (!map.isEmpty() && !List.of("atomic", "granular").contains(map))
            errors.notSupported(at.child(MAP_TYPE), map, List.of("atomic", "granular"));
        if (!map.isEmpty() && !type.equals("object"))
            errors.invalid(at.child("type"), type, "must be object if x-kubernetes-map-type is specified");
    }

    private void pattern(String pattern, FieldPath at) {
        if (pattern.isEmpty()) return;
        Patterns.problem(pattern)
                .ifPresent(why -> errors.invalid(at, pattern, "must be a valid regular expression, but isn't: " + why));
    }

    private void lists(ObjectTree schema, FieldPath at) {
        String type = schema.text(LIST_TYPE);
        ListTree keys = schema.list(LIST_KEYS);
        FieldPath list = at.child(LIST_TYPE);
        var supported = List.of("atomic", "set", "map");
        if (!type.isEmpty() && !supported.contains(type)) errors.notSupported(list, type, supported);
        if (!type.isEmpty() && !schema.text("type").equals("array"))
            errors.invalid(
                    at.child("type"), schema.text("type"), "must be array if x-kubernetes-list-type is specified");
        if (!keys.isEmpty() && !type.equals("map")) {
            if (type.isEmpty()) errors.required(list, "must be map if x-kubernetes-list-map-keys is non-empty");
            else errors.invalid(list, type, "must be map if x-kubernetes-list-map-keys is non-empty");
        }
        if (!type.equals("map")) return;
        if (keys.isEmpty()) errors.required(at.child(LIST_KEYS), "must not be empty if x-kubernetes-list-type is map");
        else keys(keys, schema.object("items"), at);
    }

    /// An item of such a list is found by its keys: scalars, which every item has.
    private void keys(ListTree keys, ObjectTree items, FieldPath at) {
        FieldPath properties = at.child("items").child("properties");
        var names = new HashSet<String>();
        boolean known = true;
        for (Tree key : keys) {
            String name = String.valueOf(key.text());
            names.add(name);
            if (!(items.object("properties").find(name) instanceof ObjectTree property)) {
                known = false;
                continue;
            }
            String type = property.text("type");
            if (!SCALARS.contains(type))
                errors.invalid(
                        properties.key(name).child("type"),
                        type,
                        "must be a scalar type if parent array's x-kubernetes-list-type is map");
            if (property.get("default").isNull()
                    && !items.list("required").items().contains(key))
                errors.required(
                        properties.key(name).child("default"),
                        "this property is in x-kubernetes-list-map-keys, so it must have a default or be a required "
                                + "property");
        }
        FieldPath list = at.child(LIST_KEYS);
        if (!known) errors.invalid(list, keys, "entries must all be names of item properties");
        if (names.size() < keys.size()) errors.invalid(list, keys, "must not contain duplicate entries");
    }

    private void type(ObjectTree schema, Level level, FieldPath at) {
        String type = schema.text("type");
        FieldPath path = at.child("type");
        String embedded = "must be object if x-kubernetes-embedded-resource is true";
        if (schema.bool(EMBEDDED) && !type.equals("object")) {
            if (type.isEmpty()) errors.required(path, embedded);
            else errors.invalid(path, type, embedded);
        } else if (type.isEmpty() && !schema.bool(INT_OR_STRING) && !schema.bool(PRESERVE)) {
            errors.required(path, "must not be empty " + level.where);
        }
        if (level == Level.ROOT && !type.isEmpty() && !type.equals("object"))
            errors.invalid(path, type, "must be object at the root");
        if (level == Level.ROOT && !schema.get("additionalProperties").isNull())
            errors.forbidden(at.child("additionalProperties"), "must not be used at the root");
        if (schema.bool(EMBEDDED)
                && !schema.bool(PRESERVE)
                && schema.object("properties").isEmpty())
            errors.required(
                    at.child("properties"),
                    "must not be empty if x-kubernetes-embedded-resource is true without "
                            + "x-kubernetes-preserve-unknown-fields");
    }

    /// The fields that every object has are known already; only names may be narrowed.
    private void metadata(ObjectTree schema, FieldPath properties) {
        for (String name : List.of("apiVersion", "kind"))
            if (schema.object("properties").find(name) instanceof ObjectTree property
                    && !property.text("type").equals("string"))
                errors.invalid(properties.key(name).child("type"), property.text("type"), "must be string");
        if (!(schema.object("properties").find("metadata") instanceof ObjectTree metadata)) return;
        FieldPath at = properties.key("metadata");
        if (!metadata.text("type").equals("object"))
            errors.invalid(at.child("type"), metadata.text("type"), "must be object");
        if (!List.of("name", "generateName")
                .containsAll(List.copyOf(metadata.object("properties").names())))
            errors.forbidden(
                    at,
                    "must not specify anything other than name and generateName, but metadata is implicitly specified");
        if (!metadata.get("default").isNull())
            errors.forbidden(at.child("default"), "must not be set in top-level metadata");
    }

    /// Below a junctor only what narrows values.
    private void nested(ObjectTree schema, boolean mayHaveType, FieldPath at) {
        pattern(schema.text("pattern"), at.child("pattern"));
        for (String name : List.of("type", "title", "description"))
            if (!schema.text(name).isEmpty() && !(mayHaveType && name.equals("type")))
                errors.forbidden(at.child(name), "must be empty to be structural");
        if (!schema.get("default").isNull())
            errors.forbidden(at.child("default"), "must be undefined to be structural");
        if (!schema.get("additionalProperties").isNull())
            errors.forbidden(at.child("additionalProperties"), "must be undefined to be structural");
        for (String name : List.of("nullable", PRESERVE, EMBEDDED, INT_OR_STRING))
            if (schema.bool(name)) errors.forbidden(at.child(name), "must be false to be structural");
        if (schema.find("items") instanceof ObjectTree items) nested(items, false, at.child("items"));
        for (var property : schema.object("properties"))
            nested(property.getValue().object(), false, at.child("properties").key(property.getKey()));
        for (String junctor : JUNCTORS) {
            ListTree inner = schema.list(junctor);
            for (int i = 0; i < inner.size(); i++)
                nested(inner.get(i).object(), mayHaveType, at.child(junctor).index(i));
        }
        if (schema.find("not") instanceof ObjectTree not) nested(not, false, at.child("not"));
    }

    /// `anyOf: [{type: integer}, {type: string}]` may stand next to `x-kubernetes-int-or-string`, also as the
    /// first of
    /// `allOf`.
    private static boolean isIntOrString(ObjectTree schema, String junctor) {
        return schema.bool(INT_OR_STRING) && !junctor.equals("oneOf");
    }
}
