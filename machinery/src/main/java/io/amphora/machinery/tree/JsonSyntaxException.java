package io.amphora.machinery.tree;

/// A text that is not JSON, or not YAML; line and column count from 1, 0 where unknown.
public final class JsonSyntaxException extends IllegalArgumentException {
    private final int line;
    private final int column;

    public JsonSyntaxException(String message, int line, int column) {
        super(message);
        this.line = line;
        this.column = column;
    }

    public int line() {
        return line;
    }

    public int column() {
        return column;
    }
}
