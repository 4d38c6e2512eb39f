package io.amphora.apiserver.testing;

import io.amphora.machinery.tree.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Cuts the text of a JSON value into the texts of its parts, so that a part can be sent on exactly as it is
/// spelled.
final class Slices {
    private final String text;
    private int at;

    private Slices(String text) {
        this.text = text;
    }

    /// The values of an object by name.
    static Map<String, String> ofObject(String object) {
        var slices = new LinkedHashMap<String, String>();
        var cut = new Slices(object.strip());
        for (cut.at = 1; cut.next() != '}'; ) {
            String name = String.valueOf(Json.read(cut.value()).text());
            cut.next();
            slices.put(name, cut.value());
        }
        return slices;
    }

    /// The items of a list.
    static List<String> ofList(String list) {
        var slices = new ArrayList<String>();
        var cut = new Slices(list.strip());
        for (cut.at = 1; cut.next() != ']'; ) slices.add(cut.value());
        return slices;
    }

    /// Skips blanks, commas and colons, up to what begins or ends a value.
    private char next() {
        while (" \n\r\t,:".indexOf(text.charAt(at)) >= 0) at++;
        return text.charAt(at);
    }

    private String value() {
        int start = at;
        int depth = 0;
        boolean quoted = false;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quoted) {
                if (c == '\\') at++;
                else if (c == '"') quoted = false;
            } else if (c == '"') quoted = true;
            else if (c == '{' || c == '[') depth++;
            else if (c == '}' || c == ']') {
                if (depth == 0) break;
                depth--;
            } else if (depth == 0 && " \n\r\t,:".indexOf(c) >= 0) break;
            if (depth == 0 && !quoted && (c == '"' || c == '}' || c == ']')) {
                at++;
                break;
            }
        }
        return text.substring(start, at);
    }
}
