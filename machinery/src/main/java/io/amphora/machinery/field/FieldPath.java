package io.amphora.machinery.field;

import org.jspecify.annotations.Nullable;

/// Where in an object a value stands, as messages spell it: `spec.containers[0].ports[1].name`,
/// `metadata.labels[a/b]`.
///
/// A validation makes hundreds of them and mostly prints none, so the text is put together only when it is asked for.
///
/// @param step a name, an index or a key, written between `before` and `after`
public record FieldPath(@Nullable FieldPath parent, String before, Object step, String after) {

    /// The empty path: messages about the object as a whole.
    public static final FieldPath ROOT = of("");

    public static FieldPath of(String name) {
        return new FieldPath(null, "", name, "");
    }

    public FieldPath child(String name) {
        return isRoot() ? of(name) : new FieldPath(this, ".", name, "");
    }

    public FieldPath index(int index) {
        return new FieldPath(isRoot() ? null : this, "[", index, "]");
    }

    public FieldPath key(String key) {
        return new FieldPath(isRoot() ? null : this, "[", key, "]");
    }

    private boolean isRoot() {
        return parent == null && step.equals("");
    }

    @Override
    public String toString() {
        return (parent == null ? "" : parent.toString()) + before + step + after;
    }
}
