package io.amphora.kubectl.template;

/// Base64 as Go's decoder reads it: line ends are overlooked, padding is demanded, and what is wrong is told by the
/// byte where it stands.
final class Base64Text {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final String encoded;
    private final StringBuilder decoded = new StringBuilder();
    private int at;

    private Base64Text(String encoded) {
        this.encoded = encoded;
    }

    static String decode(String encoded) {
        var text = new Base64Text(encoded);
        while (text.quantum()) {}
        return text.decoded.toString();
    }

    /// @return whether there may be more
    private boolean quantum() {
        int bits = 0;
        for (int letters = 0; letters < 4; letters++) {
            skipLineEnds();
            if (at == encoded.length()) {
                if (letters > 0) throw corrupt(at - letters);
                return false;
            }
            char letter = encoded.charAt(at++);
            int value = ALPHABET.indexOf(letter);
            if (value < 0) {
                if (letter != '=' || letters < 2) throw corrupt(at - 1);
                padding(letters);
                write(bits << 6 * (4 - letters), letters - 1);
                return false;
            }
            bits = bits << 6 | value;
        }
        write(bits, 3);
        return true;
    }

    private void padding(int letters) {
        if (letters == 2) {
            skipLineEnds();
            if (at == encoded.length()) throw corrupt(at);
            if (encoded.charAt(at) != '=') throw corrupt(at - 1);
            at++;
        }
        skipLineEnds();
        if (at < encoded.length()) throw corrupt(at);
    }

    private void write(int bits, int bytes) {
        for (int i = 0; i < bytes; i++) decoded.append((char) (bits >> 16 - 8 * i & 0xFF));
    }

    private void skipLineEnds() {
        while (at < encoded.length() && (encoded.charAt(at) == '\n' || encoded.charAt(at) == '\r')) at++;
    }

    private static Functions.Mistake corrupt(int at) {
        return new Functions.Mistake("base64 decode failed: illegal base64 data at input byte " + at);
    }
}
