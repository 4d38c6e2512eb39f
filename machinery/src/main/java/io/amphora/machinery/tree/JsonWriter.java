package io.amphora.machinery.tree;

import java.util.Arrays;

/// Writes JSON as UTF-8 bytes into a buffer of its own. Commas are put where they belong. Not thread-safe.
///
/// Besides whole trees it takes objects piece by piece, so that a writer can note where a piece begins
/// ([#size()]).
public final class JsonWriter {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    /// What follows the backslash of an ASCII character that needs one; 1 for one by its number, 0 for none.
    private static final byte[] ESCAPES = new byte[128];

    static {
        Arrays.fill(ESCAPES, 0, 0x20, (byte) 1);
        ESCAPES['"'] = '"';
        ESCAPES['\\'] = '\\';
        ESCAPES['\b'] = 'b';
        ESCAPES['\f'] = 'f';
        ESCAPES['\n'] = 'n';
        ESCAPES['\r'] = 'r';
        ESCAPES['\t'] = 't';
    }

    private byte[] out;
    private int size;

    public JsonWriter() {
        this(1024);
    }

    public JsonWriter(int capacity) {
        out = new byte[Math.max(capacity, 64)];
    }

    /// How many bytes have been written.
    public int size() {
        return size;
    }

    public byte[] toBytes() {
        return Arrays.copyOf(out, size);
    }

    /// The buffer, of which the first [#size()] bytes count; valid until the next write.
    public byte[] buffer() {
        return out;
    }

    /// Forgets what was written and keeps the buffer.
    public JsonWriter clear() {
        size = 0;
        return this;
    }

    public JsonWriter beginObject() {
        separate();
        put('{');
        return this;
    }

    public JsonWriter endObject() {
        put('}');
        return this;
    }

    public JsonWriter beginList() {
        separate();
        put('[');
        return this;
    }

    public JsonWriter endList() {
        put(']');
        return this;
    }

    public JsonWriter name(String name) {
        separate();
        quoted(name);
        put(':');
        return this;
    }

    public JsonWriter value(Tree tree) {
        separate();
        tree(tree);
        return this;
    }

    public JsonWriter value(String text) {
        separate();
        quoted(text);
        return this;
    }

    public JsonWriter value(long number) {
        separate();
        number(number);
        return this;
    }

    /// A value, or members of an object, that are JSON already.
    public JsonWriter raw(byte[] json, int offset, int length) {
        separate();
        reserve(length);
        System.arraycopy(json, offset, out, size, length);
        size += length;
        return this;
    }

    private void separate() {
        if (size == 0) return;
        byte last = out[size - 1];
        if (last != '{' && last != '[' && last != ':') put(',');
    }

    private void tree(Tree tree) {
        switch (tree) {
            case ObjectTree object -> {
                put('{');
                for (int i = 0; i < object.size(); i++) {
                    if (i > 0) put(',');
                    quoted(object.nameAt(i));
                    put(':');
                    tree(object.valueAt(i));
                }
                put('}');
            }
            case ListTree list -> {
                put('[');
                for (int i = 0; i < list.size(); i++) {
                    if (i > 0) put(',');
                    tree(list.get(i));
                }
                put(']');
            }
            case Tree.Text(var text) -> quoted(text);
            case Tree.Whole(var number) -> number(number);
            case Tree.Decimal(var number) -> ascii(GoNumbers.json(number));
            case Tree.Bool(var value) -> ascii(value ? "true" : "false");
            case Tree.Null ignored -> ascii("null");
        }
    }

    private void number(long number) {
        if (number >= 0 && number < 10) put((char) ('0' + number));
        else ascii(Long.toString(number));
    }

    @SuppressWarnings("deprecation") // the low bytes of the characters are just what is wanted
    private void ascii(String text) {
        reserve(text.length());
        text.getBytes(0, text.length(), out, size);
        size += text.length();
    }

    private void quoted(String text) {
        int length = text.length();
        reserve(length + 2);
        byte[] bytes = out;
        int to = size;
        bytes[to++] = '"';
        for (int i = 0; i < length; i++) {
            char c = text.charAt(i);
            if (c >= 0x80 || ESCAPES[c] != 0) {
                size = to;
                rest(text, i);
                return;
            }
            bytes[to++] = (byte) c;
        }
        bytes[to++] = '"';
        size = to;
    }

    /// The part of a text from its first character that is not plain ASCII on.
    private void rest(String text, int from) {
        int length = text.length();
        for (int i = from; i < length; i++) {
            reserve(length - i + 8);
            char c = text.charAt(i);
            if (c < 0x80) {
                byte escape = ESCAPES[c];
                if (escape == 0) {
                    out[size++] = (byte) c;
                } else if (escape != 1) {
                    out[size++] = '\\';
                    out[size++] = escape;
                } else {
                    ascii("\\u00");
                    out[size++] = HEX[c >> 4];
                    out[size++] = HEX[c & 15];
                }
            } else if (c < 0x800) {
                out[size++] = (byte) (0xC0 | c >> 6);
                out[size++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                out[size++] = (byte) (0xF0 | point >> 18);
                out[size++] = (byte) (0x80 | point >> 12 & 0x3F);
                out[size++] = (byte) (0x80 | point >> 6 & 0x3F);
                out[size++] = (byte) (0x80 | point & 0x3F);
            } else {
                int point = Character.isSurrogate(c) ? 0xFFFD : c;
                out[size++] = (byte) (0xE0 | point >> 12);
                out[size++] = (byte) (0x80 | point >> 6 & 0x3F);
                out[size++] = (byte) (0x80 | point & 0x3F);
            }
        }
        put('"');
    }

    private void put(char c) {
        if (size == out.length) reserve(1);
        out[size++] = (byte) c;
    }

    private void reserve(int more) {
        if (out.length - size < more) out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
    }
}
