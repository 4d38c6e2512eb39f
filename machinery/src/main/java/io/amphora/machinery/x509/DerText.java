package io.amphora.machinery.x509;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// The string types of X.680, each decoded as its own type says. What a type does not allow is
/// refused: a text that one reader takes for `system:masters` must not be something else to
/// another.
final class DerText {
    private static final int UTF8 = 0x0c;
    private static final int NUMERIC = 0x12;
    private static final int PRINTABLE = 0x13;
    private static final int T61 = 0x14;
    private static final int IA5 = 0x16;
    private static final int VISIBLE = 0x1a;
    private static final int UNIVERSAL = 0x1c;
    private static final int BMP = 0x1e;

    /// `*` and `&` are no part of the type, but certificates have them, and Go reads them.
    private static final String PRINTABLE_SIGNS = " '()+,-./:=?*&";

    private DerText() {}

    /// The next element as text, without control characters.
    ///
    /// @throws IllegalArgumentException when it is no string, or not what its type says
    static String next(Der der) {
        int type = der.tag();
        byte[] bytes = der.next().rest();
        String text = switch (type) {
            case UTF8 -> decoded(bytes, StandardCharsets.UTF_8);
            case NUMERIC -> of(bytes, c -> isDigit(c) || c == ' ');
            case PRINTABLE -> of(bytes, DerText::isPrintable);
            case T61 -> of(bytes, c -> true); // as good as ISO 8859-1 wherever it is used
            case IA5, VISIBLE -> of(bytes, c -> c < 0x80);
            case BMP -> bmp(bytes);
            case UNIVERSAL -> decoded(bytes, Charset.forName("UTF-32BE"));
            default -> throw new IllegalArgumentException("unsupported string type: " + type);
        };
        if (text.chars().anyMatch(Character::isISOControl))
            throw new IllegalArgumentException("a text with control characters");
        return text;
    }

    private static String of(byte[] bytes, IntPredicate allowed) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        if (!text.chars().allMatch(allowed)) throw undecodable();
        return text;
    }

    /// Two octets per character and no more: there are no surrogates in it.
    private static String bmp(byte[] bytes) {
        String text = decoded(bytes, StandardCharsets.UTF_16BE);
        if (text.chars().anyMatch(c -> Character.isSurrogate((char) c))) throw undecodable();
        return text;
    }

    private static String decoded(byte[] bytes, Charset charset) {
        try {
            String text = charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            // The JDK lets surrogates through as characters of UTF-32.
            if (!Arrays.equals(text.getBytes(charset), bytes)) throw undecodable();
            return text;
        } catch (CharacterCodingException malformed) {
            throw undecodable();
        }
    }

    private static boolean isPrintable(int c) {
        return isDigit(c) || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || PRINTABLE_SIGNS.indexOf(c) >= 0;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }

    private static IllegalArgumentException undecodable() {
        return new IllegalArgumentException("a text that its string type does not allow");
    }
}
