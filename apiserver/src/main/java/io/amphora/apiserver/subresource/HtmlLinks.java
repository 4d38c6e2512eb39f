package io.amphora.apiserver.subresource;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Changes the links of an HTML page while it passes; everything else stays as it is, byte for byte. Bytes are taken
/// for characters one by one, which is right for what HTML's own signs are made of.
final class HtmlLinks {
    /// Which attributes of which elements are links.
    private static final Map<String, Set<String>> LINKS = Map.ofEntries(
            Map.entry("a", Set.of("href")),
            Map.entry("applet", Set.of("codebase")),
            Map.entry("area", Set.of("href")),
            Map.entry("audio", Set.of("src")),
            Map.entry("base", Set.of("href")),
            Map.entry("blockquote", Set.of("cite")),
            Map.entry("body", Set.of("background")),
            Map.entry("button", Set.of("formaction")),
            Map.entry("command", Set.of("icon")),
            Map.entry("del", Set.of("cite")),
            Map.entry("embed", Set.of("src")),
            Map.entry("form", Set.of("action")),
            Map.entry("frame", Set.of("longdesc", "src")),
            Map.entry("head", Set.of("profile")),
            Map.entry("html", Set.of("manifest")),
            Map.entry("iframe", Set.of("longdesc", "src")),
            Map.entry("img", Set.of("longdesc", "src", "usemap")),
            Map.entry("input", Set.of("formaction", "src", "usemap")),
            Map.entry("ins", Set.of("cite")),
            Map.entry("link", Set.of("href")),
            Map.entry("object", Set.of("classid", "codebase", "data", "usemap")),
            Map.entry("q", Set.of("cite")),
            Map.entry("script", Set.of("src")),
            Map.entry("source", Set.of("src")),
            Map.entry("video", Set.of("poster", "src")));

    /// What stands in these is no HTML.
    private static final Set<String> RAW =
            Set.of("iframe", "noembed", "noframes", "plaintext", "script", "style", "textarea", "title", "xmp");

    private static final Pattern NAME = Pattern.compile("<([a-zA-Z][^\\s/>]*)");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("([^\\s/>=\"'][^\\s/>=]*)(\\s*=\\s*)(?:\"([^\"]*)\"|'([^']*)'|([^\\s>\"'][^\\s>]*))");
    /// Of a tag, in bytes; what is longer is none.
    private static final int LONGEST = 64 * 1024;

    private final InputStream in;
    private final OutputStream out;
    private final UnaryOperator<String> rewrite;

    private HtmlLinks(InputStream in, OutputStream out, UnaryOperator<String> rewrite) {
        this.in = in;
        this.out = out;
        this.rewrite = rewrite;
    }

    static void copy(InputStream in, OutputStream out, UnaryOperator<String> rewrite) throws IOException {
        new HtmlLinks(new BufferedInputStream(in), out, rewrite).copy();
    }

    private void copy() throws IOException {
        for (int next = in.read(); next >= 0; next = in.read()) {
            if (next != '<') out.write(next);
            else markup();
            if (in.available() == 0) out.flush();
        }
    }

    private void markup() throws IOException {
        in.mark(4);
        int first = in.read();
        boolean comment = first == '!' && in.read() == '-' && in.read() == '-';
        in.reset();
        if (comment) {
            out.write('<');
            until("-->");
        } else if (first >= 'a' && first <= 'z' || first >= 'A' && first <= 'Z') tag();
        else out.write('<');
    }

    /// A tag with its attributes, in whose values a `>` ends nothing.
    private void tag() throws IOException {
        var bytes = new ByteArrayOutputStream();
        bytes.write('<');
        int quote = 0;
        int before = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            bytes.write(next);
            if (quote != 0) quote = next == quote ? 0 : quote;
            else if ((next == '"' || next == '\'') && before == '=') quote = next;
            else if (next == '>') break;
            if (bytes.size() > LONGEST) break;
            if (next > ' ') before = next;
        }
        String tag = bytes.toString(StandardCharsets.ISO_8859_1);
        Matcher name = NAME.matcher(tag);
        String element = name.lookingAt() ? name.group(1).toLowerCase(Locale.ROOT) : "";
        text(LINKS.containsKey(element) && tag.endsWith(">") ? rewritten(tag, name.end(), LINKS.get(element)) : tag);
        if (RAW.contains(element) && !tag.endsWith("/>")) until("</" + element);
    }

    private String rewritten(String tag, int from, Set<String> links) {
        var changed = new StringBuilder();
        Matcher attribute = ATTRIBUTE.matcher(tag);
        int copied = 0;
        for (int at = from; attribute.find(at); at = attribute.end()) {
            if (!links.contains(attribute.group(1).toLowerCase(Locale.ROOT))) continue;
            changed.append(tag, copied, attribute.end(2))
                    .append('"')
                    .append(link(value(attribute)))
                    .append('"');
            copied = attribute.end();
        }
        return changed.append(tag, copied, tag.length()).toString();
    }

    private static String value(Matcher attribute) {
        for (int group = 3; group < 5; group++) if (attribute.group(group) != null) return attribute.group(group);
        return attribute.group(5);
    }

    /// Of the entities only the one is undone that links are full of.
    private String link(String value) {
        return rewrite.apply(value.replace("&amp;", "&")).replace("&", "&amp;").replace("\"", "&#34;");
    }

    /// Copies up to and with an end, in whatever case it is written.
    private void until(String end) throws IOException {
        int matched = 0;
        for (int next = in.read(); next >= 0; next = in.read()) {
            out.write(next);
            int lower = next >= 'A' && next <= 'Z' ? next + 32 : next;
            if (lower == end.charAt(matched)) matched++;
            else matched = lower == end.charAt(0) ? 1 : lower == '-' && matched == 2 && end.equals("-->") ? 2 : 0;
            if (matched == end.length()) return;
        }
    }

    private void text(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
