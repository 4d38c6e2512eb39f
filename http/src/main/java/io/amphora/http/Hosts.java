package io.amphora.http;

import java.util.List;

/// What may stand in the Host header, as Go's server has it.
final class Hosts {
    private static final String MARKS = "!$%&()*+,-.:;='[]_~";

    private Hosts() {}

    /// @param required whether there has to be one (HTTP/1.1 and later)
    /// @return what is wrong with it, "" for nothing
    static String problem(List<String> hosts, boolean required) {
        if (hosts.isEmpty()) return required ? "missing required Host header" : "";
        if (hosts.size() > 1) return "too many Host headers";
        return isValid(hosts.getFirst()) ? "" : "malformed Host header";
    }

    static boolean isValid(CharSequence host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            boolean plain = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
            if (!plain && MARKS.indexOf(c) < 0) return false;
        }
        return true;
    }
}
