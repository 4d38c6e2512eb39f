package io.amphora.api.schema;

import java.util.HashMap;
import java.util.Map;

/// What the types and their fields are for, in the words of Kubernetes (see NOTICE), for OpenAPI and `explain`.
/// Read
/// when first asked for; nothing else needs it.
public final class Descriptions {
    private Descriptions() {}

    /// Holds the texts by `TYPE` and `TYPE#FIELD`; a class of its own so that it loads late.
    private static final class Texts {
        static final Map<String, String> BY_PLACE = read(Declarations.resource("descriptions.txt"));
    }

    /// @param type such as `io.k8s.api.core.v1.PodSpec`
    /// @return "" where there is none
    public static String ofType(String type) {
        return Texts.BY_PLACE.getOrDefault(type, "");
    }

    /// @return "" where there is none
    public static String ofField(String type, String field) {
        return Texts.BY_PLACE.getOrDefault(type + "#" + field, "");
    }

    private static Map<String, String> read(String lines) {
        var texts = new HashMap<String, String>(4096);
        String type = "";
        for (int at = 0; at < lines.length(); ) {
            int end = lines.indexOf('\n', at);
            int tab = lines.indexOf('\t', at);
            boolean head = lines.charAt(at) == '=';
            if (head) type = lines.substring(at + 1, tab);
            texts.put(head ? type : type + "#" + lines.substring(at, tab), unescape(lines.substring(tab + 1, end)));
            at = end + 1;
        }
        return texts;
    }

    private static String unescape(String text) {
        return text.indexOf('\\') < 0 ? text : text.translateEscapes();
    }
}
