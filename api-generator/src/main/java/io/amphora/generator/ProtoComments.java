package io.amphora.generator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The comments of messages and of fields, from the sources of the generated protobuf code. Each accessor
/// interface has
/// the comments of its message's fields, each class its message's own:
///
/// ```
/// public interface PodSpecOrBuilder extends
///     // @@protoc_insertion_point(interface_extends:k8s.io.api.core.v1.PodSpec)
///   /** <pre> LINES </pre>  <code>repeated .k8s.io.api.core.v1.Volume volumes = 1;</code> */
/// /** <pre> LINES </pre>  Protobuf type {@code k8s.io.api.core.v1.PodSpec} */
/// ```
final class ProtoComments {
    private static final Pattern INTERFACE = Pattern.compile("@@protoc_insertion_point\\(interface_extends:(.+)\\)");
    private static final Pattern CODE = Pattern.compile("<code>.* = (\\d+)[^=]*;</code>");
    private static final Pattern MESSAGE = Pattern.compile("Protobuf type \\{@code (.+)}");

    private final Map<String, List<String>> comments = new HashMap<>();

    ProtoComments(List<String> files) {
        for (String file : files) read(file);
    }

    /// The lines of a message's comment, none when it has none.
    List<String> ofMessage(String fullName) {
        return comments.getOrDefault(fullName, List.of());
    }

    List<String> ofField(String fullName, int number) {
        return comments.getOrDefault(fullName + "#" + number, List.of());
    }

    private void read(String file) {
        String path = "/io/kubernetes/client/proto/" + file + ".java";
        try (InputStream in = ProtoComments.class.getResourceAsStream(path)) {
            if (in == null) throw new IllegalStateException("the sources have no " + path);
            read(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8)));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private void read(BufferedReader lines) throws IOException {
        String message = "";
        @Nullable List<String> comment = null;
        boolean inside = false;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            String text = line.strip();
            if (text.equals("/**")) comment = new ArrayList<>();
            else if (text.equals("* <pre>")) inside = true;
            else if (text.equals("* </pre>")) inside = false;
            else if (inside && comment != null) comment.add(plain(text));
            else if (text.startsWith("*") && comment != null) {
                Matcher code = CODE.matcher(text);
                Matcher type = MESSAGE.matcher(text);
                if (code.find()) comments.putIfAbsent(message + "#" + code.group(1), comment);
                else if (type.find()) comments.putIfAbsent(type.group(1), comment);
            } else {
                Matcher opening = INTERFACE.matcher(text);
                if (opening.find()) message = opening.group(1);
            }
        }
    }

    /// A javadoc line without its star and with its entities resolved; leading blanks after the star's own one
    /// count.
    private static String plain(String line) {
        String text = line.equals("*") ? "" : line.substring(line.startsWith("* ") ? 2 : 1);
        return text.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#64;", "@")
                .replace("&#42;", "*")
                .replace("&#47;", "/")
                .replace("&#92;", "\\")
                .replace("&quot;", "\"")
                .replace("&amp;", "&");
    }

    /// A comment as OpenAPI's description has it: markers and remarks to developers left out, lines joined,
    /// paragraphs
    /// kept.
    static String description(List<String> comment) {
        var text = new StringBuilder();
        for (String line : comment) {
            String trimmed = line.strip();
            if (trimmed.equals("---")) break;
            if (trimmed.isEmpty()) {
                trimOne(text);
                text.append("\n\n");
            } else if (!trimmed.startsWith("TODO") && !trimmed.startsWith("+")) {
                if (line.startsWith(" ") || line.startsWith("\t")) {
                    trimOne(text);
                    text.append('\n').append(line).append('\n');
                } else {
                    text.append(line.stripTrailing()).append(' ');
                }
            }
        }
        return text.toString().replaceAll("^\n+|\n+$", "").strip();
    }

    private static void trimOne(StringBuilder text) {
        int last = text.length() - 1;
        if (last >= 0 && (text.charAt(last) == ' ' || text.charAt(last) == '\n')) text.setLength(last);
    }

    /// The values of a marker: `+listMapKey=port` gives `port`; "" for a marker without a value.
    static List<String> markers(List<String> comment, String name) {
        var values = new ArrayList<String>();
        for (String line : comment) {
            String text = line.strip();
            if (text.equals("+" + name)) values.add("");
            else if (text.startsWith("+" + name + "="))
                values.add(text.substring(name.length() + 2).strip());
        }
        return values;
    }
}
