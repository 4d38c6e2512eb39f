package io.amphora.apiserver.state;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonWriter;
import io.amphora.machinery.tree.ObjectTree;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the store holds of an object: its JSON without a resourceVersion, and where that will stand.
///
/// ```
///   {"kind":"Pod","apiVersion":"v1","metadata":{"name":"web","uid":"…"},"spec":…}
///                                   ▲ body                ▲ hole
/// ```
///
/// One that is read from the store stays bytes until somebody asks for more, and one of the past becomes bytes again: a
/// tree takes several times their room.
final class Image {
    private static final Set<String> FIRST = Set.of("kind", "apiVersion", "metadata");

    private final byte[] bytes;
    private final long weight;
    private @Nullable Form form;
    /// Of an image of the past, while somebody uses it; null for one of the present.
    private volatile @Nullable WeakReference<Form> lately;

    /// @param body the index in `bytes` of what a list shows of a built-in kind: everything after kind and
    ///     apiVersion
    /// @param hole the index before which `,"resourceVersion":"…"` belongs
    record Form(ObjectTree tree, byte[] bytes, int body, int hole) {}

    private Image(byte[] bytes, @Nullable Form form) {
        this.bytes = bytes;
        this.weight = Weight.of(bytes);
        this.form = form;
    }

    static Image of(ObjectTree object) {
        Form form = form(object);
        return new Image(form.bytes(), form);
    }

    static Image read(byte[] bytes) {
        return new Image(bytes, null);
    }

    /// As the store has them.
    byte[] bytes() {
        return bytes;
    }

    /// About how many bytes of heap it takes, its tree included.
    long weight() {
        return weight;
    }

    Form form() {
        WeakReference<Form> past = lately;
        Form known = past == null ? form : past.get();
        if (known != null) return known;
        known = sharing(form(Json.read(bytes).object()));
        if (past == null) form = known;
        else lately = new WeakReference<>(known);
        return known;
    }

    /// Keeps nothing but the bytes from now on, so that who reads the whole past does not bring it back into memory.
    void fold() {
        lately = new WeakReference<>(form);
        form = null;
    }

    boolean isFolded() {
        return lately != null;
    }

    /// One array, unless the store has it in the spelling of another version.
    private Form sharing(Form made) {
        return Arrays.equals(made.bytes(), bytes) ? new Form(made.tree(), bytes, made.body(), made.hole()) : made;
    }

    private static Form form(ObjectTree object) {
        ObjectTree tree = object.with("metadata", object.object("metadata").without("resourceVersion"));
        var out = new JsonWriter(1024).beginObject();
        out.name("kind").value(tree.get("kind")).name("apiVersion").value(tree.get("apiVersion"));
        int body = out.size() + 1;
        int hole = metadata(tree.object("metadata"), out.name("metadata"));
        for (int i = 0; i < tree.size(); i++) {
            String name = tree.nameAt(i);
            if (!FIRST.contains(name)) out.name(name).value(tree.valueAt(i));
        }
        return new Form(tree, out.endObject().toBytes(), body, hole);
    }

    /// Metadata always has a name, so there is something before the hole for its comma to follow.
    private static int metadata(ObjectTree metadata, JsonWriter out) {
        int hole = 0;
        out.beginObject();
        for (int i = 0; i < metadata.size(); i++) {
            if (hole == 0 && metadata.nameAt(i).compareTo("resourceVersion") > 0) hole = out.size();
            out.name(metadata.nameAt(i)).value(metadata.valueAt(i));
        }
        if (hole == 0) hole = out.size();
        out.endObject();
        return hole;
    }
}
