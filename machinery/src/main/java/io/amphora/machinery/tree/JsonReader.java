package io.amphora.machinery.tree;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads JSON texts (RFC 8259) of UTF-8 bytes into trees; malformed UTF-8 becomes U+FFFD. Not thread-safe.
///
/// Written by hand because every request and every stored object passes through: names are looked up in a table
/// rather
/// than made anew, objects are collected on one stack, and texts without escapes are copied once. The messages
/// are
/// those of Go's encoding/json, which clients of Kubernetes know.
final class JsonReader {
    /// Names seen lately, by hash; a race only makes one anew.
    private static final String[] NAMES = new String[4096];

    /// Texts seen lately, by hash: kinds, statuses, label values, images. They make up most values of a
    /// cluster, so
    /// sharing them keeps its state small.
    private static final Tree.Text[] TEXTS = new Tree.Text[8192];

    /// Longer texts are rarely equal.
    private static final int LONGEST_SHARED = 24;

    private final byte[] json;
    private final int end;
    private int at;
    private int depth;
    private int deepest;

    /// The names and values of the objects and lists that are not finished yet.
    private String[] names = new String[64];

    private Tree[] values = new Tree[64];
    private int top;

    /// Where the values of each open object begin among [#values], and `~` that of each open list.
    private int[] frames = new int[16];

    private boolean nameTwice;
    private boolean membersKept;
    private @Nullable Spelling spelling;

    JsonReader(byte[] json, int offset, int length) {
        this.json = json;
        this.at = offset;
        this.end = offset + length;
    }

    /// Notes how numbers are spelled.
    ///
    /// @param members also what stood in objects with a name twice
    JsonReader spelling(boolean members) {
        spelling = new Spelling();
        membersKept = members;
        return this;
    }

    /// Levels of the deepest value so far; an empty one has none.
    int deepest() {
        return deepest;
    }

    Spelling spelling() {
        return spelling == null || spelling.isPlain() ? Spelling.PLAIN : spelling;
    }

    /// Exactly one value, with nothing but blanks around it.
    Tree document() {
        Tree tree = next();
        skipBlanks();
        if (at < end) throw unexpected("after top-level value");
        return tree;
    }

    /// The next of several values.
    Tree next() {
        skipBlanks();
        return value();
    }

    boolean hasNext() {
        skipBlanks();
        return at < end;
    }

    /// Whether an object so far had a name more than once.
    boolean nameTwice() {
        return nameTwice;
    }

    /// One value, however deep: what is open is kept in [#frames], not on the stack.
    private Tree value() {
        int outermost = depth;
        while (true) {
            Tree tree = begun();
            while (tree != null && depth > outermost) tree = added(tree);
            if (tree != null) return tree;
        }
    }

    /// A value that is complete; null for a list or an object that was opened, and whose first value follows.
    private @Nullable Tree begun() {
        if (at == end) throw ended();
        return switch (json[at]) {
            case '{' -> opened('}', ObjectTree.EMPTY);
            case '[' -> opened(']', ListTree.EMPTY);
            case '"' -> {
                at++;
                yield textValue();
            }
            case 't' -> word("true", Tree.Bool.TRUE);
            case 'f' -> word("false", Tree.Bool.FALSE);
            case 'n' -> word("null", Tree.NULL);
            case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
            default -> throw unexpected("looking for beginning of value");
        };
    }

    private @Nullable Tree opened(char closing, Tree empty) {
        if (depth == Json.DEEPEST_TEXT) throw new JsonSyntaxException("exceeded max depth", 0, 0);
        at++;
        skipBlanks();
        if (at < end && json[at] == closing) {
            at++;
            return empty;
        }
        if (depth == frames.length) frames = Arrays.copyOf(frames, depth * 2);
        frames[depth++] = closing == '}' ? top : ~top;
        if (depth > deepest) deepest = depth;
        expectValue();
        return null;
    }

    /// Makes room for the next value of the innermost, and stands where it begins.
    private void expectValue() {
        reserve(frames[depth - 1] >= 0 ? memberName() : "");
        skipBlanks();
    }

    private String memberName() {
        if (at == end) throw ended();
        if (json[at] != '"') throw unexpected("looking for beginning of object key string");
        at++;
        String name = name();
        skipBlanks();
        if (at == end) throw ended();
        if (json[at] != ':') throw unexpected("after object key");
        at++;
        return name;
    }

    /// The innermost with this as its last value; null when another value follows in it.
    private @Nullable Tree added(Tree value) {
        values[top - 1] = value;
        boolean object = frames[depth - 1] >= 0;
        skipBlanks();
        if (at == end) throw ended();
        byte next = json[at];
        if (next != ',' && next != (object ? '}' : ']'))
            throw unexpected(object ? "after object key:value pair" : "after array element");
        at++;
        if (next == ',') {
            skipBlanks();
            expectValue();
            return null;
        }
        int frame = frames[--depth];
        return object ? closedObject(frame) : closedList(~frame);
    }

    private ObjectTree closedObject(int base) {
        @Nullable List<Spelling.Member> members = membersKept ? members(base) : null;
        int size = ObjectTree.sort(names, values, base, top);
        boolean twice = size < top - base;
        if (twice) nameTwice = true;
        var tree = ObjectTree.sorted(
                Arrays.copyOfRange(names, base, base + size), Arrays.copyOfRange(values, base, base + size));
        if (twice && members != null && spelling != null) spelling.members(tree, members);
        top = base;
        return tree;
    }

    private List<Spelling.Member> members(int base) {
        var members = new ArrayList<Spelling.Member>(top - base);
        for (int i = base; i < top; i++) members.add(new Spelling.Member(names[i], values[i]));
        return members;
    }

    private ListTree closedList(int base) {
        var tree = new ListTree(List.of(Arrays.copyOfRange(values, base, top)));
        top = base;
        return tree;
    }

    private void reserve(String name) {
        if (top == names.length) {
            names = Arrays.copyOf(names, top * 2);
            values = Arrays.copyOf(values, top * 2);
        }
        names[top] = name;
        values[top++] = Tree.NULL;
    }

    private Tree word(String word, Tree tree) {
        for (int i = 1; i < word.length(); i++) {
            at++;
            if (at == end) throw ended();
            if (json[at] != word.charAt(i))
                throw unexpected("in literal " + word + " (expecting " + shown(word.charAt(i)) + ")");
        }
        at++;
        return tree;
    }

    private Tree number() {
        int start = at;
        boolean negative = json[at] == '-';
        if (negative) at++;
        if (at == end) throw ended();
        if (!isDigit(json[at])) throw unexpected("in numeric literal");
        long whole = 0;
        int digits = at;
        if (json[at] == '0') at++;
        else while (at < end && isDigit(json[at])) whole = whole * 10 + json[at++] - '0';
        boolean isWhole = at - digits <= 18;
        if (at < end && json[at] == '.') {
            isWhole = false;
            at++;
            digits("after decimal point in numeric literal");
        }
        if (at < end && (json[at] == 'e' || json[at] == 'E')) {
            isWhole = false;
            at++;
            if (at < end && (json[at] == '+' || json[at] == '-')) at++;
            digits("in exponent of numeric literal");
        }
        return isWhole ? Tree.of(negative ? -whole : whole) : decimal(start);
    }

    private void digits(String where) {
        if (at == end) throw ended();
        if (!isDigit(json[at])) throw unexpected(where);
        while (at < end && isDigit(json[at])) at++;
    }

    private Tree decimal(int start) {
        String text = new String(json, start, at - start, StandardCharsets.ISO_8859_1);
        try {
            return Tree.of(Long.parseLong(text));
        } catch (NumberFormatException notWhole) {
            double value = Double.parseDouble(text);
            if (Double.isInfinite(value))
                throw new JsonSyntaxException(
                        "json: cannot unmarshal number " + text + " into Go value of type float64", 0, 0);
            if (spelling == null) return Tree.of(value);
            Tree number = new Tree.Decimal(value);
            spelling.number(number, text);
            return number;
        }
    }

    /// A name, after its opening quote; mostly one that was read before.
    private String name() {
        int start = at;
        int hash = 0;
        int i = at;
        while (i < end) {
            byte c = json[i];
            if (c == '"') break;
            if (c < 0x20 || c == '\\') return text();
            hash = hash * 31 + c;
            i++;
        }
        if (i == end) return text();
        at = i + 1;
        int length = i - start;
        int slot = (hash ^ hash >>> 12) & NAMES.length - 1;
        String known = NAMES[slot];
        if (known != null && known.length() == length && equal(known, start, length)) return known;
        String made = new String(json, start, length, StandardCharsets.ISO_8859_1);
        NAMES[slot] = made;
        return made;
    }

    private boolean equal(String known, int start, int length) {
        for (int i = 0; i < length; i++) if (known.charAt(i) != json[start + i]) return false;
        return true;
    }

    /// A text value, after its opening quote; a short one is mostly one that was read before.
    private Tree.Text textValue() {
        int start = at;
        int hash = 0;
        int limit = Math.min(end, at + LONGEST_SHARED + 1);
        for (int i = at; i < limit; i++) {
            byte c = json[i];
            if (c == '"') {
                int length = i - start;
                int slot = (hash ^ hash >>> 15) & TEXTS.length - 1;
                Tree.Text known = TEXTS[slot];
                at = i + 1;
                if (known != null && known.value().length() == length && equal(known.value(), start, length))
                    return known;
                return TEXTS[slot] = new Tree.Text(new String(json, start, length, StandardCharsets.ISO_8859_1));
            }
            if (c < 0x20 || c == '\\') break;
            hash = hash * 31 + c;
        }
        return new Tree.Text(text());
    }

    /// A text, after its opening quote.
    private String text() {
        int start = at;
        boolean ascii = true;
        for (int i = at; i < end; i++) {
            byte c = json[i];
            if (c == '"') {
                at = i + 1;
                return new String(json, start, i - start, ascii ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
            }
            if (c == '\\') return escapedText(start, i);
            if (c < 0) {
                ascii = false;
            } else if (c < 0x20) {
                at = i;
                throw unexpected("in string literal");
            }
        }
        throw ended();
    }

    private String escapedText(int start, int from) {
        var text = new StringBuilder(from - start + 32);
        int run = start;
        at = from;
        while (at < end) {
            byte c = json[at];
            if (c != '"' && c != '\\') {
                if (c >= 0 && c < 0x20) throw unexpected("in string literal");
                at++;
                continue;
            }
            text.append(new String(json, run, at - run, StandardCharsets.UTF_8));
            at++;
            if (c == '"') return text.toString();
            escape(text);
            run = at;
        }
        throw ended();
    }

    private void escape(StringBuilder text) {
        if (at == end) throw ended();
        switch (json[at]) {
            case '"', '\\', '/' -> text.append((char) json[at]);
            case 'b' -> text.append('\b');
            case 'f' -> text.append('\f');
            case 'n' -> text.append('\n');
            case 'r' -> text.append('\r');
            case 't' -> text.append('\t');
            case 'u' -> {
                unicode(text);
                return;
            }
            default -> throw unexpected("in string escape code");
        }
        at++;
    }

    /// Four hexadecimal digits, two such escapes for what UTF-16 needs two for; half a pair becomes U+FFFD.
    private void unicode(StringBuilder text) {
        char first = hex();
        if (!Character.isSurrogate(first)) {
            text.append(first);
            return;
        }
        if (Character.isHighSurrogate(first) && at + 1 < end && json[at] == '\\' && json[at + 1] == 'u') {
            int back = at;
            at++;
            char second = hex();
            if (Character.isLowSurrogate(second)) {
                text.append(first).append(second);
                return;
            }
            at = back;
        }
        text.append('\uFFFD');
    }

    private char hex() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            at++;
            if (at == end) throw ended();
            int digit = Character.digit(json[at], 16);
            if (digit < 0) throw unexpected("in \\u hexadecimal character escape");
            value = value << 4 | digit;
        }
        at++;
        return (char) value;
    }

    private void skipBlanks() {
        while (at < end
                && json[at] <= ' '
                && (json[at] == ' ' || json[at] == '\n' || json[at] == '\r' || json[at] == '\t')) at++;
    }

    private static boolean isDigit(byte c) {
        return c >= '0' && c <= '9';
    }

    private JsonSyntaxException ended() {
        at = end;
        return wrong("unexpected end of JSON input");
    }

    private JsonSyntaxException unexpected(String where) {
        return wrong("invalid character " + shown((char) (json[at] & 0xff)) + " " + where);
    }

    private JsonSyntaxException wrong(String message) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < at && i < end; i++) {
            column++;
            if (json[i] == '\n') {
                line++;
                column = 1;
            }
        }
        return new JsonSyntaxException(message, line, column);
    }

    /// A byte as Go quotes it, as the character of Latin-1.
    private static String shown(char c) {
        if (c == '\'') return "'\\''";
        if (c == '"') return "'\"'";
        String quoted = io.amphora.machinery.field.GoText.quote(String.valueOf(c));
        return "'" + quoted.substring(1, quoted.length() - 1) + "'";
    }

    /// The paths of names that stand more than once in one object, in the order of the text. Looked for in a
    /// second
    /// pass, because hardly any text has them.
    static List<String> duplicates(byte[] json) {
        var finder = new Duplicates(json);
        finder.value();
        return finder.found;
    }

    private static final class Duplicates {
        /// Characters of all paths that are told: a long name with many twins in it would be told as often.
        private static final int MOST = 100_000;

        private final List<String> found = new ArrayList<>();
        private final JsonReader reader;
        /// The parts of the path to the value that is read; a path is made of them only when it is told.
        private final ArrayDeque<String> path = new ArrayDeque<>();
        private int told;

        Duplicates(byte[] json) {
            reader = new JsonReader(json, 0, json.length);
        }

        void value() {
            reader.skipBlanks();
            if (reader.json[reader.at] == '{') object();
            else if (reader.json[reader.at] == '[') list();
            else reader.value();
        }

        private void object() {
            var seen = new HashSet<>();
            while (step('}')) {
                reader.at++;
                String name = reader.name();
                path.addLast(path.isEmpty() ? name : "." + name);
                if (!seen.add(name) && told < MOST) tell();
                reader.skipBlanks();
                reader.at++;
                value();
                path.removeLast();
            }
        }

        private void list() {
            for (int i = 0; step(']'); i++) {
                path.addLast("[" + i + "]");
                value();
                path.removeLast();
            }
        }

        private void tell() {
            found.add(String.join("", path));
            told += found.getLast().length();
        }

        /// Past the opening bracket or a comma; false past the closing one.
        private boolean step(char closing) {
            reader.skipBlanks();
            boolean first = reader.json[reader.at] == '{' || reader.json[reader.at] == '[';
            boolean comma = reader.json[reader.at] == ',';
            if (!first && !comma || reader.json[reader.at] == closing) {
                reader.at++;
                return false;
            }
            reader.at++;
            reader.skipBlanks();
            if (reader.json[reader.at] != closing) return true;
            reader.at++;
            return false;
        }
    }
}
