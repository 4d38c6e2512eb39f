package io.amphora.cel;

import org.jspecify.annotations.Nullable;

/// What came of an evaluation: a value, or an error.
///
/// @param cost in CEL's units, as Kubernetes counts them
public record Evaluation(@Nullable Object value, @Nullable CelException error, long cost) {
    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /// @throws CelException the error, if there is one
    public Object valueOrThrow() {
        if (error != null) throw error;
        if (value == null) throw new IllegalStateException("neither value nor error");
        return value;
    }
}
