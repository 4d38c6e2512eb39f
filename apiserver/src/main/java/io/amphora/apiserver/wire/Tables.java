package io.amphora.apiserver.wire;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.Columns;
import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.List;

/// Makes the Tables (meta.k8s.io/v1) that `kubectl get` prints, and the objects that have metadata alone.
public final class Tables {
    private static final String GROUP = "meta.k8s.io/";

    private Tables() {}

    /// What a row shows of its object besides the cells (`includeObject`).
    public enum Include {
        NONE,
        METADATA,
        OBJECT;

        /// The query parameter `includeObject`; metadata where it says nothing.
        ///
        /// @throws ApiException 400 for what is none of these
        public static Include of(String parameter) {
            return switch (parameter) {
                case "None" -> NONE;
                case "Object" -> OBJECT;
                case "Metadata", "" -> METADATA;
                default ->
                    throw ApiException.badRequest(
                            "Unable to convert to Table as requested: includeObject: Invalid value: "
                                    + GoText.quote(parameter) + ": must be 'Metadata', 'Object', 'None', or empty");
            };
        }
    }

    /// @param version of the Table, `v1` or `v1beta1`
    /// @param metadata of the list; of one object, its resourceVersion
    /// @param columns whether the columns are described: a watch describes them once
    public static <T extends ApiObject> ObjectTree table(
            ResourceDefinition<T> kind,
            List<ObjectTree> objects,
            ObjectTree metadata,
            String version,
            Include include,
            boolean columns,
            Instant now) {
        List<Tree> rows = objects.stream()
                .<Tree>map(object -> row(kind, object, version, include, now))
                .toList();
        ObjectTree table = ObjectTree.of(
                "kind", "Table", "apiVersion", GROUP + version, "metadata", metadata, "rows", new ListTree(rows));
        return table.with("columnDefinitions", columns ? columns(kind.columns()) : Tree.NULL);
    }

    private static ListTree columns(Columns<?> columns) {
        return new ListTree(columns.columns().stream()
                .<Tree>map(column -> ObjectTree.of(
                        "name", column.name(),
                        "type", column.type(),
                        "format", column.format(),
                        "description", column.description(),
                        "priority", column.priority()))
                .toList());
    }

    private static <T extends ApiObject> ObjectTree row(
            ResourceDefinition<T> kind, ObjectTree object, String version, Include include, Instant now) {
        T view = kind.view(object);
        ObjectTree row = ObjectTree.of("cells", kind.columns().cells().apply(view, now));
        ListTree conditions = kind.columns().conditions().apply(view);
        if (!conditions.isEmpty()) row = row.with("conditions", conditions);
        return switch (include) {
            case NONE -> row.with("object", Tree.NULL);
            case METADATA -> row.with("object", metadataOnly(object, version));
            case OBJECT -> row.with("object", object);
        };
    }

    /// An object as `PartialObjectMetadata`.
    public static ObjectTree metadataOnly(ObjectTree object, String version) {
        return ObjectTree.of(
                "kind", "PartialObjectMetadata", "apiVersion", GROUP + version, "metadata", object.object("metadata"));
    }

    /// A list as `PartialObjectMetadataList`.
    public static ObjectTree metadataOnly(List<ObjectTree> objects, ObjectTree metadata, String version) {
        List<Tree> items = objects.stream()
                .<Tree>map(object -> metadataOnly(object, version))
                .toList();
        return ObjectTree.of(
                "kind",
                "PartialObjectMetadataList",
                "apiVersion",
                GROUP + version,
                "metadata",
                metadata,
                "items",
                new ListTree(items));
    }
}
