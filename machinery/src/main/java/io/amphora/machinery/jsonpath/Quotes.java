package io.amphora.machinery.jsonpath;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// Escapes of quoted texts, as Go has them: `\n`, `\"`, `\x41`, `\101`, `\u00e9`, `\U0001f600`.
final class Quotes {
    private final String text;
    private final char quote;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private int at;

    private Quotes(String text, char quote) {
        this.text = text;
        this.quote = quote;
    }

    /// @param inside what stands between the quotes
    ///
    /// @return null for what is malformed
    static @Nullable String unquoted(String inside, char quote) {
        if (inside.indexOf('\\') < 0) return inside;
        var quotes = new Quotes(inside, quote);
        while (quotes.at < inside.length()) if (!quotes.next()) return null;
        return quotes.out.toString(StandardCharsets.UTF_8);
    }

    private boolean next() {
        int letter = text.codePointAt(at);
        at += Character.charCount(letter);
        if (letter == quote) return false;
        if (letter != '\\') return write(letter);
        if (at == text.length()) return false;
        char escape = text.charAt(at++);
        return switch (escape) {
            case 'a' -> write(0x07);
            case 'b' -> write('\b');
            case 'f' -> write('\f');
            case 'n' -> write('\n');
            case 'r' -> write('\r');
            case 't' -> write('\t');
            case 'v' -> write(0x0B);
            case '\\' -> write('\\');
            case '\'', '"' -> escape == quote && write(escape);
            case 'x' -> oneByte(number(at, 2, 16));
            case 'u' -> character(number(at, 4, 16));
            case 'U' -> character(number(at, 8, 16));
            case '0', '1', '2', '3', '4', '5', '6', '7' -> oneByte(number(--at, 3, 8));
            default -> false;
        };
    }

    /// @return -1 for what is no number of so many digits
    private long number(int from, int digits, int radix) {
        if (from + digits > text.length()) return -1;
        long number = 0;
        for (at = from; at < from + digits; at++) {
            int digit = text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), radix) : -1;
            if (digit < 0) return -1;
            number = number * radix + digit;
        }
        return number;
    }

    private boolean oneByte(long value) {
        if (value < 0 || value > 0xFF) return false;
        out.write((int) value);
        return true;
    }

    private boolean character(long value) {
        boolean valid = value >= 0 && value <= Character.MAX_CODE_POINT && (value < 0xD800 || value > 0xDFFF);
        return valid && write((int) value);
    }

    private boolean write(int letter) {
        out.writeBytes(Character.toString(letter).getBytes(StandardCharsets.UTF_8));
        return true;
    }
}
