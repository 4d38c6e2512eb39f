package io.amphora.api.codec;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.Tree;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/// Base64 (RFC 4648) as Go reads it: with padding, and with line breaks ignored.
final class GoBase64 {
    private GoBase64() {}

    /// The text without line breaks and with clean padding bits; null, and the problem noted, when it is not
    /// base64.
    static @Nullable Tree canonical(Tree.Text value, DecodePass pass) {
        String text = value.value();
        int corrupt = corruptAt(text);
        if (corrupt >= 0) {
            pass.wrong("illegal base64 data at input byte " + corrupt);
            return null;
        }
        String canonical =
                Base64.getEncoder().encodeToString(Base64.getMimeDecoder().decode(text));
        return canonical.equals(text) ? value : Tree.of(canonical);
    }

    /// Go takes a list of numbers for bytes, too; null among them is zero. Null, and the problem noted, for others.
    static @Nullable Tree ofNumbers(ListTree numbers, DecodePass pass) {
        byte[] bytes = new byte[numbers.size()];
        for (int i = 0; i < bytes.length; i++) {
            Tree number = numbers.get(i);
            if (number.isNull()) continue;
            if (!(number instanceof Tree.Whole(var value)) || value < 0 || value > 255) {
                boolean isNumber = number instanceof Tree.Whole || number instanceof Tree.Decimal;
                if (isNumber) pass.wrongType("number " + pass.spelled(number), "uint8");
                else pass.wrongType(number, "uint8");
                return null;
            }
            bytes[i] = (byte) value;
        }
        return Tree.of(Base64.getEncoder().encodeToString(bytes));
    }

    /// Where Go stops reading; -1 when it reads all.
    private static int corruptAt(String text) {
        int at = 0;
        while (true) {
            for (int digit = 0; digit < 4; ) {
                if (at == text.length()) return digit == 0 ? -1 : at - digit;
                char c = text.charAt(at++);
                if (c == '\n' || c == '\r') continue;
                if (isDigit(c)) {
                    digit++;
                    continue;
                }
                if (c != '=' || digit < 2) return at - 1;
                return afterPadding(text, at, digit);
            }
        }
    }

    private static int afterPadding(String text, int from, int digit) {
        int at = skipBreaks(text, from);
        if (digit == 2) {
            if (at == text.length()) return text.length();
            if (text.charAt(at) != '=') return at - 1;
            at = skipBreaks(text, at + 1);
        }
        return at < text.length() ? at : -1;
    }

    private static int skipBreaks(String text, int from) {
        int at = from;
        while (at < text.length() && (text.charAt(at) == '\n' || text.charAt(at) == '\r')) at++;
        return at;
    }

    private static boolean isDigit(char c) {
        return c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '+' || c == '/';
    }
}
