package io.amphora.machinery.field;

import org.jspecify.annotations.Nullable;

/// Where in an object a value stands, as messages spell it: `spec.containers[0].ports[1].name`,
/// `metadata.labels[a/b]`.
public record FieldPath(@Nullable FieldPath parent, String step) {

    public static FieldPath of(String name) {
        return new FieldPath(null, name);
    }

    /// The empty path: messages about the object as a whole.
    public static final FieldPath ROOT = new FieldPath(null, "");

    public FieldPath child(String name) {
        return this.equals(ROOT) ? of(name) : new FieldPath(this, "." + name);
    }

    public FieldPath index(int index) {
        return new FieldPath(this.equals(ROOT) ? null : this, "[" + index + "]");
    }

    public FieldPath key(String key) {
        return new FieldPath(this.equals(ROOT) ? null : this, "[" + key + "]");
    }

    @Override
    public String toString() {
        return parent == null ? step : parent + step;
    }
}
