package io.amphora.apiserver.openapi;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Subresource;
import io.amphora.api.schema.Schemas;
import io.amphora.apiserver.custom.CustomSchemas;
import io.amphora.apiserver.registry.Patch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The OpenAPI documents of a set of kinds.
///
/// | path | is |
/// |---|---|
/// | `/openapi/v3` | where the document of each group and version is, with a hash that changes with it |
/// | `/openapi/v3/apis/apps/v1` | OpenAPI 3.0 of one group and version |
/// | `/openapi/v2` | Swagger 2.0 of all |
public final class OpenApi {
    private static final String TITLE = "Kubernetes";
    private static final Schema PATCH =
            Schema.object("io.k8s.apimachinery.pkg.apis.meta.v1.Patch", Schema.Merge.GRANULAR, true);

    private final Map<String, List<ResourceDefinition<?>>> byGroupVersion = new TreeMap<>();
    private final String version;
    private final Map<String, OpenApiDocument> documents = new TreeMap<>();
    private final OpenApiDocument all;

    /// @param version of the server, such as `v1.36.0`
    public OpenApi(List<ResourceDefinition<?>> kinds, String version) {
        this.version = version;
        for (ResourceDefinition<?> kind : kinds)
            byGroupVersion.computeIfAbsent(root(kind), any -> new ArrayList<>()).add(kind);
        byGroupVersion.forEach((root, some) ->
                documents.put(root, new OpenApiDocument(OpenApiMessages.VERSION_3, () -> document(some, true))));
        all = new OpenApiDocument(OpenApiMessages.VERSION_2, () -> document(List.copyOf(kinds), false));
    }

    /// `api/v1`, `apis/apps/v1`.
    private static String root(ResourceDefinition<?> kind) {
        return (kind.group().isEmpty() ? "api/" : "apis/") + kind.gvk().apiVersion();
    }

    /// The index of version 3, in JSON.
    public byte[] index() {
        var paths = ObjectTree.builder();
        documents.forEach((root, document) -> paths.put(root, ObjectTree.of("serverRelativeURL", url(root, document))));
        return Json.bytes(ObjectTree.of("paths", paths.build()));
    }

    /// Where a document of version 3 is, as it is now.
    static String url(String root, OpenApiDocument document) {
        return "/openapi/v3/" + root + "?hash=" + document.hash();
    }

    /// @param root `api/v1`, `apis/apps/v1`
    public Optional<OpenApiDocument> version3(String root) {
        return Optional.ofNullable(documents.get(root));
    }

    public OpenApiDocument version2() {
        return all;
    }

    private ObjectTree document(List<ResourceDefinition<?>> kinds, boolean version3) {
        var kindsOfTypes = new TreeMap<String, List<Tree>>();
        for (ResourceDefinition<?> kind : kinds)
            kindsOfTypes
                    .computeIfAbsent(kind.schema().name(), any -> new ArrayList<>())
                    .add(gvk(kind.group(), kind.version(), kind.kind()));
        var schemas = new SchemaDocument(version3, kindsOfTypes);
        for (ResourceDefinition<?> kind : kinds) CustomSchemas.of(kind).ifPresent(schema -> schemas.give(kind, schema));
        var paths = new TreeMap<String, Tree>();
        for (ResourceDefinition<?> kind : kinds) new Paths(kind, schemas, version3).addTo(paths);
        var document = ObjectTree.builder()
                .put("info", ObjectTree.of("title", TITLE, "version", version))
                .put("paths", ObjectTree.from(paths));
        if (version3) document.put("openapi", "3.0.0").put("components", ObjectTree.of("schemas", schemas.schemas()));
        else document.put("swagger", "2.0").put("definitions", schemas.schemas());
        return document.build();
    }

    private static ObjectTree gvk(String group, String version, String kind) {
        return ObjectTree.of("group", group, "version", version, "kind", kind);
    }

    /// The paths of one kind.
    private static final class Paths {
        private final ResourceDefinition<?> kind;
        private final SchemaDocument schemas;
        private final boolean version3;

        Paths(ResourceDefinition<?> kind, SchemaDocument schemas, boolean version3) {
            this.kind = kind;
            this.schemas = schemas;
            this.version3 = version3;
        }

        void addTo(Map<String, Tree> paths) {
            String collection = kind.path(kind.namespaced() ? "{namespace}" : "");
            paths.put(collection, item(List.of("list", "create", "deletecollection"), kind.schema(), gvk()));
            if (kind.namespaced() && kind.verbs().contains("list"))
                paths.put(kind.path(""), item(List.of("list"), kind.schema(), gvk()));
            paths.put(collection + "/{name}", item(List.of("get", "update", "patch", "delete"), kind.schema(), gvk()));
            for (String name : kind.subresources()) {
                Subresource subresource = Subresource.of(kind, name);
                Schema body = Schemas.find(subresource.gvk());
                paths.put(
                        collection + "/{name}/" + name,
                        operations(
                                subresource.verbs().stream().sorted().toList(),
                                body == null ? kind.schema() : body,
                                OpenApi.gvk(
                                        subresource.gvk().group(),
                                        subresource.gvk().version(),
                                        subresource.gvk().kind())));
            }
        }

        private ObjectTree gvk() {
            return OpenApi.gvk(kind.group(), kind.version(), kind.kind());
        }

        private ObjectTree item(List<String> verbs, Schema body, ObjectTree gvk) {
            return operations(verbs.stream().filter(kind.verbs()::contains).toList(), body, gvk);
        }

        private ObjectTree operations(List<String> verbs, Schema body, ObjectTree gvk) {
            var operations = ObjectTree.builder();
            for (String verb : verbs) operations.put(method(verb), operation(verb, body, gvk));
            return operations.build();
        }

        private ObjectTree operation(String verb, Schema body, ObjectTree gvk) {
            var parameters = new ArrayList<Tree>();
            boolean writes = List.of("create", "update", "patch").contains(verb);
            parameters.add(query("pretty", "string"));
            if (writes) {
                parameters.add(query("dryRun", "string"));
                parameters.add(query("fieldManager", "string"));
                parameters.add(query("fieldValidation", "string"));
            }
            if (verb.equals("patch")) parameters.add(query("force", "boolean"));
            if (verb.equals("list"))
                for (String name : List.of(
                        "continue", "fieldSelector", "labelSelector", "resourceVersion", "resourceVersionMatch"))
                    parameters.add(query(name, "string"));
            if (verb.equals("list")) {
                parameters.add(query("allowWatchBookmarks", "boolean"));
                parameters.add(query("limit", "integer"));
                parameters.add(query("sendInitialEvents", "boolean"));
                parameters.add(query("timeoutSeconds", "integer"));
                parameters.add(query("watch", "boolean"));
            }
            if (verb.equals("delete"))
                for (String name : List.of("dryRun", "gracePeriodSeconds", "propagationPolicy"))
                    parameters.add(query(name, "string"));
            Schema sent = verb.equals("patch") ? PATCH : body;
            if (writes && !version3)
                parameters.add(ObjectTree.of(
                        "in", "body", "name", "body", "required", true, "schema", schemas.reference(sent)));
            var operation = ObjectTree.builder()
                    .put("operationId", operationId(verb, gvk))
                    .put("parameters", new ListTree(parameters))
                    .put("responses", ObjectTree.of("200", answer(verb, body)))
                    .put("x-kubernetes-action", action(verb))
                    .put("x-kubernetes-group-version-kind", gvk);
            if (writes && version3) operation.put("requestBody", requestBody(verb, sent));
            if (verb.equals("patch") && !version3) operation.put("consumes", ListTree.from(Patch.types(kind)));
            return operation.build();
        }

        private ObjectTree requestBody(String verb, Schema sent) {
            var content = ObjectTree.builder();
            ObjectTree schema = ObjectTree.of("schema", schemas.reference(sent));
            for (String type : verb.equals("patch") ? Patch.types(kind) : List.of("*/*")) content.put(type, schema);
            return ObjectTree.of("content", content.build(), "required", true);
        }

        private ObjectTree answer(String verb, Schema body) {
            ObjectTree schema = verb.equals("list") ? listReference() : schemas.reference(body);
            ObjectTree content = ObjectTree.of("application/json", ObjectTree.of("schema", schema));
            return version3
                    ? ObjectTree.of("description", "OK", "content", content)
                    : ObjectTree.of("description", "OK", "schema", schema);
        }

        private ObjectTree listReference() {
            if (!kind.isBuiltIn()) return schemas.giveList(kind);
            Schema list = Schemas.find(new GroupVersionKind(kind.group(), kind.version(), kind.listKind()));
            return schemas.reference(list == null ? kind.schema() : list);
        }

        private ObjectTree query(String name, String type) {
            ObjectTree parameter = ObjectTree.of("in", "query", "name", name);
            return version3
                    ? parameter.with("schema", ObjectTree.of("type", type, "uniqueItems", true))
                    : parameter.with("type", type).with("uniqueItems", true);
        }

        private String operationId(String verb, ObjectTree gvk) {
            String group =
                    kind.group().isEmpty() ? "Core" : capital(kind.group().split("\\.")[0]);
            return verb
                    + group
                    + capital(kind.version())
                    + (kind.namespaced() ? "Namespaced" : "")
                    + kind.kind()
                    + (gvk.text("kind").equals(kind.kind()) ? "" : gvk.text("kind"));
        }

        private static String capital(String word) {
            return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
        }

        private static String method(String verb) {
            return switch (verb) {
                case "create" -> "post";
                case "update" -> "put";
                case "patch" -> "patch";
                case "delete", "deletecollection" -> "delete";
                default -> "get";
            };
        }

        private static String action(String verb) {
            return verb.equals("create") ? "post" : verb.equals("update") ? "put" : verb;
        }
    }
}
