package io.amphora.proxy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/// The routes in the kernel that are ours, as `range -> next hop`. What the kernel has is what counts: so an agent that
/// starts again finds the routes of the one before it, and takes those away that nobody wants any more.
final class RouteTable {
    /// Marks our routes (rtnetlink's `rtm_protocol`; the kernel leaves the numbers above 4 to programs).
    private static final String PROTOCOL = "171";

    private RouteTable() {}

    static SortedMap<String, String> read() throws IOException {
        return parsed(Tools.run("", "ip", "-4", "route", "show", "protocol", PROTOCOL));
    }

    /// @param said lines such as `10.244.1.0/24 via 172.30.77.2 dev eth0`
    static SortedMap<String, String> parsed(String said) {
        var routes = new TreeMap<String, String>();
        said.lines().map(line -> List.of(line.strip().split(" +"))).forEach(words -> {
            int via = words.indexOf("via");
            if (via < 0) return;
            String range = words.getFirst();
            routes.put(range.contains("/") ? range : range + "/32", words.get(via + 1));
        });
        return routes;
    }

    /// All that can be changed is, also when some can't.
    static void change(Map<String, String> before, Map<String, String> wanted) throws IOException {
        String commands = commands(before, wanted);
        if (!commands.isEmpty()) Tools.run(commands, "ip", "-force", "-batch", "-");
    }

    static String commands(Map<String, String> before, Map<String, String> wanted) {
        var lines = new StringBuilder();
        before.forEach((range, hop) -> {
            if (!wanted.containsKey(range)) line(lines, "del", range, hop);
        });
        wanted.forEach((range, hop) -> {
            if (!Objects.equals(hop, before.get(range))) line(lines, "replace", range, hop);
        });
        return lines.toString();
    }

    private static void line(StringBuilder lines, String verb, String range, String hop) {
        lines.append("route %s %s via %s protocol %s\n".formatted(verb, range, hop, PROTOCOL));
    }
}
