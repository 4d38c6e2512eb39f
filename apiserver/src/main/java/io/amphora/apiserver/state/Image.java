package io.amphora.apiserver.state;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import java.io.ByteArrayOutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/// What the store holds of an object: its JSON without a resourceVersion, and where that will stand.
///
/// ```
///   {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","uid":"…"},"spec":…}
///                                   ▲ body                ▲ hole
/// ```
///
/// @param body the index in `bytes` of what a list shows of a built-in kind: everything after kind and apiVersion
/// @param hole the index before which `,"resourceVersion":"…"` belongs
record Image(ObjectTree tree, byte[] bytes, int body, int hole) {
    private static final JsonFactory FACTORY = new JsonFactory();

    static Image of(ObjectTree object) {
        ObjectTree tree = object.with("metadata", object.object("metadata").without("resourceVersion"));
        var bytes = new ByteArrayOutputStream(1024);
        int body;
        int hole = 0;
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), bytes)) {
            out.writeStartObject();
            out.writeStringProperty("kind", tree.text("kind"));
            out.writeStringProperty("apiVersion", tree.text("apiVersion"));
            body = flushed(out, bytes) + 1;
            for (int i = 0; i < tree.size(); i++) {
                String name = tree.nameAt(i);
                if (name.equals("kind") || name.equals("apiVersion")) continue;
                out.writeName(name);
                if (name.equals("metadata")) hole = metadata(tree.object("metadata"), out, bytes);
                else Json.write(tree.valueAt(i), out);
            }
            out.writeEndObject();
        }
        return new Image(tree, bytes.toByteArray(), body, hole);
    }

    static Image read(byte[] bytes) {
        return of(Json.read(bytes).object());
    }

    /// Metadata always has a name, so there is something before the hole for its comma to follow.
    private static int metadata(ObjectTree metadata, JsonGenerator out, ByteArrayOutputStream bytes) {
        int hole = 0;
        out.writeStartObject();
        for (int i = 0; i < metadata.size(); i++) {
            if (hole == 0 && metadata.nameAt(i).compareTo("resourceVersion") > 0) hole = flushed(out, bytes);
            out.writeName(metadata.nameAt(i));
            Json.write(metadata.valueAt(i), out);
        }
        if (hole == 0) hole = flushed(out, bytes);
        out.writeEndObject();
        return hole;
    }

    private static int flushed(JsonGenerator out, ByteArrayOutputStream bytes) {
        out.flush();
        return bytes.size();
    }
}
