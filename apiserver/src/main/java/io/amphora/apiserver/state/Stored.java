package io.amphora.apiserver.state;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One object as it was written at one revision: its tree, and the bytes that the store holds.
///
/// The bytes lack the resourceVersion, which is known only after they are written; [#writeTo] puts it in on the
/// way out, so the store, this object, every list and every watch share one array.
public final class Stored {
    private final String key;
    private final long createdAt;
    private final long revision;
    private final Image image;
    private @Nullable ObjectTree tree;
    private @Nullable ResourceDefinition<?> unchangedBy;
    private @Nullable Map<String, String> selectable;
    private WeakReference<@Nullable Frame> frame = new WeakReference<>(null);

    private Stored(String key, Image image, long createdAt, long revision) {
        this.key = key;
        this.createdAt = createdAt;
        this.revision = revision;
        this.image = image;
    }

    static Stored of(String key, Image image, long createdAt, long revision) {
        return new Stored(key, image, createdAt, revision);
    }

    /// The same object as its deletion at `revision` shows it to watchers.
    Stored deletedAt(long revision) {
        return new Stored(key, image, createdAt, revision);
    }

    /// Keeps bytes only: hardly anybody will ask for it again, and who does holds it for as long as he needs it.
    void fold() {
        image.fold();
        tree = null;
        selectable = null;
    }

    public String key() {
        return key;
    }

    /// The object in its stored version, its resourceVersion included.
    public ObjectTree tree() {
        ObjectTree known = tree;
        if (known != null) return known;
        known = versioned(image.form().tree());
        if (!image.isFolded()) tree = known;
        return known;
    }

    private ObjectTree versioned(ObjectTree object) {
        return object.with("metadata", object.object("metadata").with("resourceVersion", Long.toString(revision)));
    }

    public ObjectTree metadata() {
        return tree().object("metadata");
    }

    public String name() {
        return metadata().text("name");
    }

    public String namespace() {
        return metadata().text("namespace");
    }

    public ObjectTree labels() {
        return metadata().object("labels");
    }

    /// The value of a label; null where the object has no such label.
    public @Nullable String label(String name) {
        Tree value = labels().find(name);
        return value == null ? null : value.text();
    }

    public long revision() {
        return revision;
    }

    /// The revision at which the key last came into being.
    public long createdAt() {
        return createdAt;
    }

    /// What field selectors see besides name and namespace; worked out once.
    public <T extends ApiObject> Map<String, String> selectable(ResourceDefinition<T> kind) {
        Map<String, String> known = selectable;
        if (known != null) return known;
        known = kind.strategy().selectableFields(kind.view(tree()));
        if (!image.isFolded()) selectable = known;
        return known;
    }

    /// Whether an object of a custom kind is still what its definition would have it be, so that what is stored can be
    /// shown as it is; looked at once for each form that the kind has.
    public boolean isToday(ResourceDefinition<?> kind) {
        if (unchangedBy == kind) return true;
        ObjectTree stored = tree();
        if (kind.strategy().fromStore(stored) != stored) return false;
        unchangedBy = kind;
        return true;
    }

    /// Writes the object as JSON, in its stored version.
    public void writeTo(OutputStream out) {
        write(out, 0);
    }

    /// Writes the object without its kind and apiVersion, as a list of a built-in kind shows it.
    public void writeUntypedTo(OutputStream out) {
        try {
            out.write('{');
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        write(out, image.form().body());
    }

    private void write(OutputStream out, int from) {
        Image.Form form = image.form();
        try {
            out.write(form.bytes(), from, form.hole() - from);
            out.write((",\"resourceVersion\":\"" + revision + "\"").getBytes(StandardCharsets.ISO_8859_1));
            out.write(form.bytes(), form.hole(), form.bytes().length - form.hole());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /// The watch event of this object: `{"type":"ADDED","object":…}` and a line break. Watchers that hear of it
    /// at about the same time share one array.
    public byte[] frame(String type) {
        Frame known = frame.get();
        if (known == null || !known.type.equals(type))
            frame = new WeakReference<>(known = new Frame(type, framed(type)));
        return known.bytes;
    }

    private record Frame(String type, byte[] bytes) {}

    private byte[] framed(String type) {
        var out = new ByteArrayOutputStream(size() + 40);
        out.writeBytes(("{\"type\":\"" + type + "\",\"object\":").getBytes(StandardCharsets.ISO_8859_1));
        writeTo(out);
        out.writeBytes("}\n".getBytes(StandardCharsets.ISO_8859_1));
        return out.toByteArray();
    }

    /// About how many bytes of heap it takes.
    long weight() {
        return image.weight();
    }

    /// About how many bytes [#writeTo] writes.
    public int size() {
        return image.bytes().length + 40;
    }

    @Override
    public String toString() {
        return key + "@" + revision;
    }
}
