package io.amphora.machinery.apply;

import io.amphora.machinery.apply.Structure.Difference;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// How an object that was applied by the client, with its books in an annotation, comes to be applied by the server.
/// Only for kubectl: who applies by another name does not want this.
final class ClientSideApply {
    private static final String KUBECTL = "kubectl";
    private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";
    private static final int ANNOTATIONS_LIMIT = 256 * 1024;

    private ClientSideApply() {}

    /// The fields that the client applied last and nobody has changed since: they are the applier's own, whoever the
    /// server's books say owns them.
    static FieldSet fieldsOf(ObjectTree live, Schema schema, Manager manager) {
        String text = lastApplied(live, manager);
        if (text.isEmpty()) return FieldSet.EMPTY;
        ObjectTree applied;
        try {
            applied = Json.read(text).object();
        } catch (JsonSyntaxException malformed) {
            return FieldSet.EMPTY; // somebody wrote it by hand
        }
        if (!applied.text("apiVersion").equals(live.text("apiVersion"))) return FieldSet.EMPTY;
        Difference since = Structure.compare(applied, live, schema);
        return Structure.fieldsOf(applied, schema)
                .minus(since.modified())
                .minus(since.added())
                .minus(since.removed());
    }

    /// The applied object with an annotation that says what was applied now, so that a client that applies itself
    /// may take over again. An annotation that is not there is not made.
    static ObjectTree withAnnotation(ObjectTree result, ObjectTree wanted, Manager manager) {
        if (lastApplied(result, manager).isEmpty()) return result;
        ObjectTree metadata = wanted.object("metadata");
        ObjectTree said = metadata.has("annotations")
                ? wanted.withAt(metadata.object("annotations").without(ANNOTATION), "metadata", "annotations")
                : wanted;
        ObjectTree annotations = result.object("metadata")
                .object("annotations")
                .with(ANNOTATION, Json.writeEscaped(said.withoutAt("metadata", "managedFields")) + "\n");
        boolean fits = size(annotations) <= ANNOTATIONS_LIMIT;
        return result.withAt(fits ? annotations : annotations.without(ANNOTATION), "metadata", "annotations");
    }

    private static String lastApplied(ObjectTree object, Manager manager) {
        if (!manager.name().equals(KUBECTL)) return "";
        return object.object("metadata").object("annotations").text(ANNOTATION);
    }

    private static long size(ObjectTree annotations) {
        long size = 0;
        for (Map.Entry<String, Tree> each : annotations)
            size += length(each.getKey())
                    + length(String.valueOf(each.getValue().text()));
        return size;
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
