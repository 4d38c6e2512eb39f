package io.amphora.http;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Headers as this module shows them (lower-case name -> values).
final class Headers {
    private Headers() {}

    static Map<String, List<String>> map(
            Iterable<? extends Map.Entry<? extends CharSequence, ? extends CharSequence>> entries) {
        var map = new LinkedHashMap<String, List<String>>();
        for (var entry : entries) {
            String name = entry.getKey().toString();
            if (!name.startsWith(":")) {
                map.computeIfAbsent(lowerCase(name), _ -> new ArrayList<>(1))
                        .add(entry.getValue().toString());
            } else if (name.equals(":authority")) {
                map.computeIfAbsent("host", _ -> new ArrayList<>(1))
                        .addFirst(entry.getValue().toString());
            }
        }
        return map;
    }

    static boolean has(Map<String, List<String>> headers, String lowerCaseName) {
        return headers.containsKey(lowerCaseName)
                || headers.keySet().stream().anyMatch(name -> name.equalsIgnoreCase(lowerCaseName));
    }

    /// Names are nearly always in lower case already.
    static String lowerCase(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return name.toLowerCase(Locale.ROOT);
            }
        }
        return name;
    }
}
