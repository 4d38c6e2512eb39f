package io.amphora.cel.value;

/// A value of a type that a library brings, such as a URL. Equality is that of the record.
public interface Opaque {
    String typeName();
}
