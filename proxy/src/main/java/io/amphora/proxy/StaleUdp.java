package io.amphora.proxy;

import io.amphora.proxy.Rules.Element;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/// Which UDP connections a change makes stale. There is no hand-shake that would begin a new one: as long as a
/// client goes on sending, the kernel sends its packets where the first one went.
final class StaleUdp {
    private static final String UDP = "udp";

    private StaleUdp() {}

    /// What `conntrack` is to delete, as its arguments: connections to an endpoint that is gone from a Service, and
    /// those to an address or port that had no endpoint until now.
    static List<List<String>> between(Ruleset before, Ruleset now, Collection<String> parts) {
        var stale = new ArrayList<List<String>>();
        for (String part : parts) {
            var had = before.part(part).elements();
            var has = now.part(part).elements();
            for (Element element : had.keySet())
                if (element.set().equals(Rules.UDP_TARGETS) && !has.containsKey(element))
                    stale.add(toEndpoint(element));
            for (Element element : has.keySet())
                if (isUdpEntry(element) && !had.containsKey(element)) stale.add(toService(element));
        }
        return List.copyOf(stale);
    }

    private static boolean isUdpEntry(Element element) {
        boolean entry = element.set().equals(Rules.CLUSTER_IPS) || element.set().equals(Rules.NODE_PORTS);
        return entry && words(element).contains(UDP);
    }

    private static List<String> toEndpoint(Element target) {
        var words = words(target);
        return List.of("--dst-nat", words.getFirst(), "--reply-port-src", words.getLast());
    }

    private static List<String> toService(Element entry) {
        var words = words(entry);
        return words.getFirst().equals(UDP)
                ? List.of("--orig-port-dst", words.getLast())
                : List.of("--orig-dst", words.getFirst(), "--orig-port-dst", words.getLast());
    }

    private static List<String> words(Element element) {
        return List.of(element.key().split(" \\. "));
    }
}
