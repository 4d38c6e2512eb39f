package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;

import io.amphora.cel.CelException;
import io.amphora.cel.value.ListValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/// The strings extension of CEL in its second version, as Kubernetes has it. Positions count code points.
final class StringsLibrary implements Library {
    @Override
    public Map<String, List<Overload>> functions() {
        return Map.ofEntries(
                Map.entry(
                        "charAt",
                        List.of(Overload.member(
                                "string_char_at_int",
                                STRING,
                                List.of(STRING, INT),
                                of -> charAt((String) of[0], (long) of[1])))),
                Map.entry(
                        "indexOf",
                        List.of(
                                Overload.member(
                                        "string_index_of_string",
                                        INT,
                                        List.of(STRING, STRING),
                                        of -> indexOf((String) of[0], (String) of[1], 0)),
                                Overload.member(
                                        "string_index_of_string_int",
                                        INT,
                                        List.of(STRING, STRING, INT),
                                        of -> indexOf((String) of[0], (String) of[1], (long) of[2])))),
                Map.entry(
                        "lastIndexOf",
                        List.of(
                                Overload.member(
                                        "string_last_index_of_string",
                                        INT,
                                        List.of(STRING, STRING),
                                        of -> lastIndexOf((String) of[0], (String) of[1], points((String) of[0]))),
                                Overload.member(
                                        "string_last_index_of_string_int",
                                        INT,
                                        List.of(STRING, STRING, INT),
                                        of -> lastIndexOf((String) of[0], (String) of[1], (long) of[2])))),
                Map.entry(
                        "join",
                        List.of(
                                Overload.member(
                                        "list_join", STRING, List.of(Types.STRINGS), of -> join((ListValue) of[0], "")),
                                Overload.member(
                                        "list_join_string",
                                        STRING,
                                        List.of(Types.STRINGS, STRING),
                                        of -> join((ListValue) of[0], (String) of[1])))),
                Map.entry(
                        "lowerAscii",
                        List.of(Overload.member(
                                "string_lower_ascii",
                                STRING,
                                List.of(STRING),
                                of -> ascii((String) of[0], 'A', 'Z', 32)))),
                Map.entry(
                        "upperAscii",
                        List.of(Overload.member(
                                "string_upper_ascii",
                                STRING,
                                List.of(STRING),
                                of -> ascii((String) of[0], 'a', 'z', -32)))),
                Map.entry(
                        "replace",
                        List.of(
                                Overload.member(
                                        "string_replace_string_string",
                                        STRING,
                                        List.of(STRING, STRING, STRING),
                                        of -> replace((String) of[0], (String) of[1], (String) of[2], -1)),
                                Overload.member(
                                        "string_replace_string_string_int",
                                        STRING,
                                        List.of(STRING, STRING, STRING, INT),
                                        of -> replace((String) of[0], (String) of[1], (String) of[2], (long) of[3])))),
                Map.entry(
                        "split",
                        List.of(
                                Overload.member(
                                        "string_split_string",
                                        Types.STRINGS,
                                        List.of(STRING, STRING),
                                        of -> split((String) of[0], (String) of[1], -1)),
                                Overload.member(
                                        "string_split_string_int",
                                        Types.STRINGS,
                                        List.of(STRING, STRING, INT),
                                        of -> split((String) of[0], (String) of[1], (long) of[2])))),
                Map.entry(
                        "substring",
                        List.of(
                                Overload.member(
                                        "string_substring_int",
                                        STRING,
                                        List.of(STRING, INT),
                                        of -> substring((String) of[0], (long) of[1], points((String) of[0]))),
                                Overload.member(
                                        "string_substring_int_int",
                                        STRING,
                                        List.of(STRING, INT, INT),
                                        of -> substring((String) of[0], (long) of[1], (long) of[2])))),
                Map.entry(
                        "trim",
                        List.of(Overload.member("string_trim", STRING, List.of(STRING), of -> trim((String) of[0])))),
                Map.entry(
                        "format",
                        List.of(Overload.member(
                                "string_format",
                                STRING,
                                List.of(STRING, Types.DYN_LIST),
                                of -> TextFormat.format((String) of[0], (ListValue) of[1])))),
                Map.entry(
                        "strings.quote",
                        List.of(Overload.global(
                                "strings_quote", STRING, List.of(STRING), of -> quote((String) of[0])))));
    }

    private static long points(String text) {
        return text.codePointCount(0, text.length());
    }

    private static CelException outOfRange(long index) {
        return new CelException("index out of range: " + index);
    }

    private static String charAt(String text, long index) {
        long length = points(text);
        if (index < 0 || index > length) throw outOfRange(index);
        return index == length ? "" : substring(text, index, index + 1);
    }

    private static long indexOf(String text, String part, long from) {
        if (from < 0 || from > points(text)) throw outOfRange(from);
        if (part.isEmpty()) return from;
        int found = text.indexOf(part, text.offsetByCodePoints(0, (int) from));
        return found < 0 ? -1 : text.codePointCount(0, found);
    }

    private static long lastIndexOf(String text, String part, long from) {
        if (from < 0 || from > points(text)) throw outOfRange(from);
        if (part.isEmpty()) return from;
        int found = text.lastIndexOf(part, text.offsetByCodePoints(0, (int) from));
        return found < 0 ? -1 : text.codePointCount(0, found);
    }

    private static String join(ListValue list, String separator) {
        var joined = new StringBuilder();
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) joined.append(separator);
            joined.append(StandardLibrary.text(list.get(i)));
        }
        return joined.toString();
    }

    private static String ascii(String text, char first, char last, int shift) {
        var changed = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            changed.append(c >= first && c <= last ? (char) (c + shift) : c);
        }
        return changed.toString();
    }

    /// An empty `old` is found before each code point and at the end.
    private static String replace(String text, String old, String by, long most) {
        long left = most < 0 ? Long.MAX_VALUE : most;
        var replaced = new StringBuilder();
        int at = 0;
        while (left > 0 && at <= text.length()) {
            if (old.isEmpty()) {
                replaced.append(by);
                left--;
                if (at == text.length()) return replaced.toString();
                int next = text.offsetByCodePoints(at, 1);
                replaced.append(text, at, next);
                at = next;
                continue;
            }
            int found = text.indexOf(old, at);
            if (found < 0) break;
            replaced.append(text, at, found).append(by);
            at = found + old.length();
            left--;
        }
        return replaced.append(text, Math.min(at, text.length()), text.length()).toString();
    }

    private static ListValue split(String text, String separator, long most) {
        var parts = new ArrayList<String>();
        if (most == 0) return ListValue.of(parts);
        int at = 0;
        while (most < 0 || parts.size() < most - 1) {
            int found = separator.isEmpty()
                    ? at < text.length() && text.offsetByCodePoints(at, 1) < text.length()
                            ? text.offsetByCodePoints(at, 1)
                            : -1
                    : text.indexOf(separator, at);
            if (found < 0) break;
            parts.add(text.substring(at, found));
            at = found + separator.length();
        }
        if (!separator.isEmpty() || at < text.length()) parts.add(text.substring(at));
        return ListValue.of(parts);
    }

    private static String substring(String text, long start, long end) {
        long length = points(text);
        if (start < 0 || start > length) throw outOfRange(start);
        if (end < 0 || end > length) throw outOfRange(end);
        if (start > end) throw new CelException("invalid substring range. start: " + start + ", end: " + end);
        int from = text.offsetByCodePoints(0, (int) start);
        return text.substring(from, text.offsetByCodePoints(from, (int) (end - start)));
    }

    /// Unicode's white space, as Go's strings.TrimSpace.
    private static String trim(String text) {
        int[] all = text.codePoints().toArray();
        int from = 0;
        int to = all.length;
        while (from < to && isSpace(all[from])) from++;
        while (to > from && isSpace(all[to - 1])) to--;
        int[] kept = Arrays.copyOfRange(all, from, to);
        return new String(kept, 0, kept.length);
    }

    private static boolean isSpace(int c) {
        return c == 0x85 || c == 0xA0 || c == 0x2007 || c == 0x202F || c >= 9 && c <= 13 || Character.isSpaceChar(c);
    }

    private static String quote(String text) {
        var quoted = new StringBuilder("\"");
        text.codePoints().forEach(c -> {
            switch (c) {
                case 7 -> quoted.append("\\a");
                case '\b' -> quoted.append("\\b");
                case '\f' -> quoted.append("\\f");
                case '\n' -> quoted.append("\\n");
                case '\r' -> quoted.append("\\r");
                case '\t' -> quoted.append("\\t");
                case 11 -> quoted.append("\\v");
                case '\\' -> quoted.append("\\\\");
                case '"' -> quoted.append("\\\"");
                default -> quoted.appendCodePoint(c);
            }
        });
        return quoted.append('"').toString();
    }
}
