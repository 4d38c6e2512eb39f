package io.amphora.kubectl.template;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Strings of bytes: the bytes of UTF-8, one per char.
final class Bytes {
    static final int BROKEN = 0xFFFD;

    private Bytes() {}

    static String of(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    static String of(int rune) {
        return of(
                Character.isValidCodePoint(rune) && (rune < 0xD800 || rune > 0xDFFF) ? Character.toString(rune) : "�");
    }

    static String text(String bytes) {
        return new String(raw(bytes), StandardCharsets.UTF_8);
    }

    static byte[] raw(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// One letter, and how many bytes it takes.
    record Rune(int value, int size) {
        boolean broken() {
            return value == BROKEN && size == 1;
        }
    }

    /// The letter that begins at a byte; one byte of none is [#BROKEN].
    static Rune rune(String bytes, int at) {
        int first = bytes.charAt(at);
        if (first < 0x80) return new Rune(first, 1);
        int size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
        if (first < 0xC2 || first > 0xF4 || at + size > bytes.length()) return new Rune(BROKEN, 1);
        int value = first & (0xFF >> (size + 1));
        for (int i = 1; i < size; i++) {
            int next = bytes.charAt(at + i);
            if ((next & 0xC0) != 0x80) return new Rune(BROKEN, 1);
            value = value << 6 | next & 0x3F;
        }
        boolean shorter = value < (size == 2 ? 0x80 : size == 3 ? 0x800 : 0x10000);
        if (shorter || value > 0x10FFFF || value >= 0xD800 && value <= 0xDFFF) return new Rune(BROKEN, 1);
        return new Rune(value, size);
    }

    static List<Rune> runes(String bytes) {
        var runes = new ArrayList<Rune>();
        for (int at = 0; at < bytes.length(); at += runes.getLast().size()) runes.add(rune(bytes, at));
        return runes;
    }
}
