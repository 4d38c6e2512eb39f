package io.amphora.kubectl.template;

/// `html`, `js`, `urlquery`.
final class Escapes {
    private Escapes() {}

    static String html(String bytes) {
        var escaped = new StringBuilder();
        for (char letter : bytes.toCharArray())
            escaped.append(
                    switch (letter) {
                        case 0 -> Bytes.of(Bytes.BROKEN);
                        case '"' -> "&#34;";
                        case '\'' -> "&#39;";
                        case '&' -> "&amp;";
                        case '<' -> "&lt;";
                        case '>' -> "&gt;";
                        default -> String.valueOf(letter);
                    });
        return escaped.toString();
    }

    static String js(String bytes) {
        var escaped = new StringBuilder();
        int at = 0;
        for (Bytes.Rune rune : Bytes.runes(bytes)) {
            String raw = bytes.substring(at, at + rune.size());
            at += rune.size();
            switch (rune.value()) {
                case '\\' -> escaped.append("\\\\");
                case '\'' -> escaped.append("\\'");
                case '"' -> escaped.append("\\\"");
                case '<' -> escaped.append("\\u003C");
                case '>' -> escaped.append("\\u003E");
                case '&' -> escaped.append("\\u0026");
                case '=' -> escaped.append("\\u003D");
                default ->
                    escaped.append(
                            rune.broken() || Quoting.isPrintable(rune.value())
                                    ? raw
                                    : String.format("\\u%04X", rune.value()));
            }
        }
        return escaped.toString();
    }

    static String urlQuery(String bytes) {
        var escaped = new StringBuilder();
        for (char letter : bytes.toCharArray()) {
            boolean plain = letter < 0x80 && (Character.isLetterOrDigit(letter) || "-_.~".indexOf(letter) >= 0);
            if (plain) escaped.append(letter);
            else if (letter == ' ') escaped.append('+');
            else escaped.append(String.format("%%%02X", (int) letter));
        }
        return escaped.toString();
    }
}
