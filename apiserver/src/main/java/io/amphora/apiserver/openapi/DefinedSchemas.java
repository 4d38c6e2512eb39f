package io.amphora.apiserver.openapi;

import io.amphora.api.schema.Descriptions;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// The schema of a definition as OpenAPI documents have it. Pure functions.
///
/// Version 3 has all of it. Version 2 lacks words, and its readers (kubectl) take a schema that says more about its
/// fields than they understand for one that forbids all others; so it says less.
final class DefinedSchemas {
    private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
    private static final String EMBEDDED = "x-kubernetes-embedded-resource";
    private static final String INT_OR_STRING = "x-kubernetes-int-or-string";
    private static final Set<String> JUNCTORS = Set.of("allOf", "anyOf", "oneOf", "not");
    private static final List<String> NOT_TOLD = List.of("example", "externalDocs", "$schema", "id");
    private static final ListTree INTEGER_OR_STRING =
            ListTree.of(ObjectTree.of("type", "integer"), ObjectTree.of("type", "string"));
    private static final String ANY_KIND = "io.k8s.api.core.v1.Pod";

    private DefinedSchemas() {}

    /// @param metadata refers to the metadata of all objects
    static ObjectTree version3(ObjectTree schema, ObjectTree metadata) {
        return withCommon(inside(told(schema), each -> version3Inside(each, metadata)), metadata);
    }

    private static ObjectTree version3Inside(ObjectTree schema, ObjectTree metadata) {
        ObjectTree inner = inside(unfolded(told(schema)), each -> version3Inside(each, metadata));
        return schema.bool(EMBEDDED) ? embedded(inner, metadata) : inner;
    }

    /// @param metadata refers to the metadata of all objects
    static ObjectTree version2(ObjectTree schema, ObjectTree metadata) {
        if (schema.bool(PRESERVE)) return ObjectTree.of("type", "object");
        return withCommon(inside(plain(told(schema)), each -> version2Inside(each, metadata)), metadata);
    }

    private static ObjectTree version2Inside(ObjectTree schema, ObjectTree metadata) {
        ObjectTree inner = inside(plain(told(schema)), each -> version2Inside(each, metadata));
        return schema.bool(EMBEDDED) && !schema.bool(PRESERVE) ? embedded(inner, metadata) : inner;
    }

    private static ObjectTree told(ObjectTree schema) {
        ObjectTree told = schema;
        for (String name : NOT_TOLD) told = told.without(name);
        return told;
    }

    private static ObjectTree inside(ObjectTree schema, UnaryOperator<ObjectTree> change) {
        return schema.change("properties", all -> all.object().map((name, each) -> change.apply(each.object())))
                .change("items", each -> each instanceof ObjectTree items ? change.apply(items) : each)
                .change("additionalProperties", each -> each instanceof ObjectTree items ? change.apply(items) : each);
    }

    /// What may be either says so in the words of everybody.
    private static ObjectTree unfolded(ObjectTree schema) {
        if (!schema.bool(INT_OR_STRING)) return schema;
        ListTree any = schema.list("anyOf");
        ListTree all = schema.list("allOf");
        boolean saysSo = any.equals(INTEGER_OR_STRING)
                || !all.isEmpty() && all.get(0).object().list("anyOf").equals(INTEGER_OR_STRING);
        if (saysSo) return schema;
        if (any.isEmpty()) return schema.with("anyOf", INTEGER_OR_STRING);
        var more = new ArrayList<Tree>(List.of(ObjectTree.of("anyOf", INTEGER_OR_STRING)));
        more.addAll(all.items());
        return schema.with("allOf", new ListTree(more));
    }

    /// Without what readers of version 2 take for something else.
    private static ObjectTree plain(ObjectTree schema) {
        ObjectTree plain = schema;
        for (String name : JUNCTORS) plain = plain.without(name);
        if (schema.bool("nullable"))
            plain = plain.without("type").without("nullable").without("items").without("properties");
        if (schema.bool(PRESERVE)) plain = plain.without("items").without("properties");
        boolean open = schema.bool(PRESERVE) && plain.text("type").equals("object");
        boolean list = plain.text("type").equals("array") && !plain.has("items");
        if (open || list) plain = plain.without("type");
        return withRequired(plain);
    }

    /// What may be null cannot be told to be required.
    private static ObjectTree withRequired(ObjectTree schema) {
        ListTree required = schema.list("required");
        if (schema.object("additionalProperties").bool("nullable")) return schema.without("required");
        var nullable = new HashSet<Tree>();
        for (var property : schema.object("properties"))
            if (property.getValue().object().bool("nullable")) nullable.add(Tree.of(property.getKey()));
        List<Tree> left =
                required.stream().filter(name -> !nullable.contains(name)).toList();
        if (left.size() == required.size()) return schema;
        return left.isEmpty() ? schema.without("required") : schema.with("required", new ListTree(left));
    }

    // ---- what all objects have ----

    /// A list of objects of a kind.
    ///
    /// @param items refers to the kind
    static ObjectTree list(String listKind, String kind, String plural, ObjectTree items, ObjectTree metadata) {
        ObjectTree properties = ObjectTree.of(
                "apiVersion",
                text("apiVersion"),
                "kind",
                text("kind"),
                "items",
                ObjectTree.of(
                        "type",
                        "array",
                        "items",
                        items,
                        "description",
                        "List of " + plural
                                + ". More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md"),
                "metadata",
                metadata.with("description", Descriptions.ofField(ANY_KIND + "List", "metadata")));
        return ObjectTree.of(
                "type",
                "object",
                "description",
                listKind + " is a list of " + kind,
                "required",
                ListTree.from(List.of("items")),
                "properties",
                properties);
    }

    private static ObjectTree withCommon(ObjectTree schema, ObjectTree metadata) {
        ObjectTree properties = schema.object("properties")
                .with("apiVersion", text("apiVersion"))
                .with("kind", text("kind"))
                .with("metadata", metadata.with("description", Descriptions.ofField(ANY_KIND, "metadata")));
        return schema.with("properties", properties);
    }

    private static ObjectTree embedded(ObjectTree schema, ObjectTree metadata) {
        ObjectTree whole = withCommon(schema, metadata);
        ObjectTree properties = whole.object("properties")
                .change("apiVersion", DefinedSchemas::lowered)
                .change("kind", DefinedSchemas::lowered);
        var required = new ArrayList<>(schema.list("required").items());
        for (String name : List.of("kind", "apiVersion"))
            if (!required.contains(Tree.of(name))) required.add(Tree.of(name));
        return whole.with("properties", properties).with("required", new ListTree(required));
    }

    private static ObjectTree text(String field) {
        return ObjectTree.of("type", "string", "description", Descriptions.ofField(ANY_KIND, field));
    }

    /// The description begins with the name of the field as it is written.
    private static Tree lowered(Tree property) {
        String description = property.object().text("description");
        return description.isEmpty()
                ? property
                : property.object()
                        .with(
                                "description",
                                Character.toLowerCase(description.charAt(0))
                                        + (description.startsWith("API")
                                                ? "pi" + description.substring(3)
                                                : description.substring(1)));
    }
}
