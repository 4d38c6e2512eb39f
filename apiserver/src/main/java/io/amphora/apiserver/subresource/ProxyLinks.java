package io.amphora.apiserver.subresource;

import java.util.ArrayDeque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Leads the links of somebody behind the proxy through the proxy, as far as they lead back to him.
///
/// @param prefix of the path by which clients reach him
/// @param backend his own `host:port`
/// @param front the host that the client asked, as it knows this server
record ProxyLinks(String prefix, String backend, String front) {
    /// RFC 3986, appendix B.
    private static final Pattern URL =
            Pattern.compile("(([^:/?#]+:)?(//([^/?#]*))?)([^?#]*)((?:\\?[^#]*)?(?:#.*)?)", Pattern.DOTALL);

    String rewritten(String link) {
        Matcher url = URL.matcher(link);
        if (!url.matches()) return link;
        String host = url.group(4) == null ? "" : url.group(4);
        String path = url.group(5);
        boolean foreign = !host.isEmpty() && !host.equals(backend) && !host.equals(front);
        if (foreign || !path.startsWith("/")) return link;
        String origin = host.equals(front) ? url.group(1) : "";
        return origin + (path.startsWith(prefix) ? path : prefixed(path)) + url.group(6);
    }

    private String prefixed(String path) {
        var parts = new ArrayDeque<String>();
        for (String part : (prefix + path).split("/")) {
            if (part.equals("..")) parts.pollLast();
            else if (!part.isEmpty() && !part.equals(".")) parts.add(part);
        }
        return "/" + String.join("/", parts) + (path.endsWith("/") ? "/" : "");
    }
}
