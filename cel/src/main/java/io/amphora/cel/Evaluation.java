package io.amphora.cel;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What came of an evaluation: a value, or an error.
///
/// @param cost in CEL's units, as Kubernetes counts them
public record Evaluation(@Nullable Object value, @Nullable CelException error, long cost) {
    private static final int LONGEST_MESSAGE = 5 * 1024;

    public boolean isTrue() {
        return Boolean.TRUE.equals(value);
    }

    /// The value as a message for people (`messageExpression`): one line of text, at most 5 KiB; null for what is none.
    public @Nullable String message() {
        if (!(value instanceof String text)) return null;
        String said = text.strip();
        boolean usable = !said.isEmpty()
                && !said.contains("\n")
                && said.getBytes(StandardCharsets.UTF_8).length <= LONGEST_MESSAGE;
        return usable ? said : null;
    }

    /// @throws CelException the error, if there is one
    public Object valueOrThrow() {
        if (error != null) throw error;
        if (value == null) throw new IllegalStateException("neither value nor error");
        return value;
    }
}
