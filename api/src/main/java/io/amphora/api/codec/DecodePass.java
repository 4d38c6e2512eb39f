package io.amphora.api.codec;

import io.amphora.machinery.tree.Spelling;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Where one decoding stands, and what it has found. The path is kept in arrays that grow, and is written as
/// text only
/// when
/// something is wrong.
final class DecodePass {
    /// A name or an index on the way down; an index where the name is null.
    private @Nullable String[] names = new String[32];
    private int[] indexes = new int[32];
    private boolean[] fields = new boolean[32];
    private int depth;
    /// Characters of the unknown fields that are told: under one long name there may be many.
    private static final int MOST_UNKNOWN = 1 << 20;

    private final Spelling spelling;

    DecodePass() {
        this(Spelling.PLAIN);
    }

    /// @param spelling of the numbers that are decoded
    DecodePass(Spelling spelling) {
        this.spelling = spelling;
    }

    /// A number as it was written.
    String spelled(Tree number) {
        return spelling.of(number);
    }

    /// The type whose field is being decoded, "" for none.
    private String struct = "";
    private final Set<String> unknown = new LinkedHashSet<>();
    private long unknownLength;
    private @Nullable String wrongType;

    /// Goes into a map's or a custom object's value.
    void enter(String name) {
        push(name, 0, false);
    }

    /// Goes into a list's item.
    void enter(int index) {
        push(null, index, false);
    }

    /// Goes into a field of a built-in type.
    void enterField(String name) {
        push(name, 0, true);
    }

    void leave() {
        depth--;
    }

    /// @return the type that was current before
    String enterStruct(String name) {
        String outer = struct;
        struct = name;
        return outer;
    }

    void leaveStruct(String outer) {
        struct = outer;
    }

    private void push(@Nullable String name, int index, boolean field) {
        if (depth == names.length) {
            names = Arrays.copyOf(names, depth * 2);
            indexes = Arrays.copyOf(indexes, depth * 2);
            fields = Arrays.copyOf(fields, depth * 2);
        }
        names[depth] = name;
        indexes[depth] = index;
        fields[depth++] = field;
    }

    void unknown(String name) {
        if (unknownLength > MOST_UNKNOWN) return;
        String outer = path();
        String full = outer.isEmpty() ? name : outer + "." + name;
        unknownLength += full.length();
        unknown.add(StrictDecoder.unknownField(full));
    }

    List<String> unknown() {
        return List.copyOf(unknown);
    }

    /// Notes a value of the wrong type. Decoding goes on: a value that does not parse is worse, and told instead.
    void wrongType(Tree value, String goType) {
        wrongType(kind(value), goType);
    }

    /// @param what `string`, or `number 1.5`
    void wrongType(String what, String goType) {
        if (wrongType != null) return;
        var place = new ArrayList<String>();
        for (int i = 0; i < depth; i++) if (fields[i]) place.add(names[i]);
        wrongType = place.isEmpty()
                ? "json: cannot unmarshal " + what + " into Go value of type " + goType
                : "json: cannot unmarshal " + what + " into Go struct field " + struct + "." + String.join(".", place)
                        + " of type " + goType;
    }

    /// A problem that is told without its place, if nothing else is wrong.
    void wrong(String message) {
        if (wrongType == null) wrongType = message;
    }

    void throwFirst() {
        if (wrongType != null) throw new DecodeException(wrongType);
    }

    private static String kind(Tree value) {
        return switch (value) {
            case io.amphora.machinery.tree.ObjectTree ignored -> "object";
            case io.amphora.machinery.tree.ListTree ignored -> "array";
            case Tree.Text ignored -> "string";
            case Tree.Whole ignored -> "number";
            case Tree.Decimal ignored -> "number";
            case Tree.Bool ignored -> "bool";
            case Tree.Null ignored -> "null";
        };
    }

    private String path() {
        var path = new StringBuilder();
        for (int i = 0; i < depth; i++) {
            if (names[i] == null) path.append('[').append(indexes[i]).append(']');
            else if (path.isEmpty()) path.append(names[i]);
            else path.append('.').append(names[i]);
        }
        return path.toString();
    }
}
