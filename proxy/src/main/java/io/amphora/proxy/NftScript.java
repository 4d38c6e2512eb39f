package io.amphora.proxy;

import io.amphora.proxy.Rules.Element;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The nft commands that lead from one ruleset to another, applied by the kernel as one transaction.
///
/// What stays is not mentioned, so the cost is that of the change. The order matters: chains must be there before
/// something goes to them, and nothing may go to them any more before they are deleted.
final class NftScript {
    private static final String TABLE = "ip " + ServiceProxy.TABLE;
    private final StringBuilder text = new StringBuilder();

    private NftScript() {}

    /// The table without any Service.
    ///
    /// Traffic to a Service address that no rule takes is refused at once, so that it neither waits nor leaves
    /// the
    /// cluster.
    /// @param podCidr the Pods' addresses; what they send elsewhere gets this node's address
    static String base(String podCidr, String serviceCidr) {
        return """
                table %1$s
                delete table %1$s
                table %1$s {
                  map cluster-ips { type ipv4_addr . inet_proto . inet_service : verdict; }
                  map node-ports { type inet_proto . inet_service : verdict; }
                  set refused-ips { type ipv4_addr . inet_proto . inet_service; }
                  set refused-ports { type inet_proto . inet_service; }
                  set hairpins { type ipv4_addr . ipv4_addr; }
                  chain mark-for-masquerade {
                    meta mark set meta mark or 0x4000
                  }
                  chain services {
                    ip daddr . meta l4proto . th dport vmap @cluster-ips
                    fib daddr type local meta l4proto . th dport vmap @node-ports
                  }
                  chain prerouting {
                    type nat hook prerouting priority -100; policy accept;
                    jump services
                  }
                  chain output {
                    type nat hook output priority -100; policy accept;
                    jump services
                  }
                  chain postrouting {
                    type nat hook postrouting priority 100; policy accept;
                    meta mark & 0x4000 == 0x4000 masquerade
                    ip saddr . ip daddr @hairpins masquerade
                    ip saddr %2$s ip daddr != %2$s masquerade
                    ip saddr 127.0.0.0/8 ip daddr %2$s masquerade
                  }
                  chain refuse {
                    meta l4proto tcp reject with tcp reset
                    reject
                  }
                  chain refuse-named {
                    ip daddr . meta l4proto . th dport @refused-ips ct state new goto refuse
                    fib daddr type local meta l4proto . th dport @refused-ports ct state new goto refuse
                  }
                  chain refuse-incoming {
                    type filter hook input priority 0; policy accept;
                    jump refuse-named
                  }
                  chain refuse-forwarded {
                    type filter hook forward priority 0; policy accept;
                    ip daddr %3$s ct state new goto refuse
                    jump refuse-named
                  }
                  chain refuse-local {
                    type filter hook output priority 0; policy accept;
                    ip daddr %3$s ct state new goto refuse
                    jump refuse-named
                  }
                }
                """.formatted(TABLE, podCidr, serviceCidr);
    }

    static String removal() {
        return "table " + TABLE + "\ndelete table " + TABLE + "\n";
    }

    /// What leads from one ruleset to another that differs in some parts; empty when nothing changes.
    static String between(Ruleset from, Ruleset to, Collection<String> parts) {
        var script = new NftScript();
        List<Change> changes = parts.stream()
                .map(part -> new Change(from.part(part), to.part(part)))
                .filter(change -> !change.from.equals(change.to))
                .toList();
        changes.forEach(script::add);
        var elements = new TreeSet<Element>();
        for (Change change : changes) {
            elements.addAll(change.from.elements().keySet());
            elements.addAll(change.to.elements().keySet());
        }
        elements.removeIf(element ->
                element.set().equals(Rules.UDP_TARGETS) || from.value(element).equals(to.value(element)));
        for (Element element : elements)
            if (from.value(element).isPresent())
                script.line("delete element", element.set(), "{ " + element.key() + " }");
        for (Element element : elements)
            to.value(element)
                    .ifPresent(chain -> script.line(
                            "add element",
                            element.set(),
                            "{ " + element.key() + (chain.isEmpty() ? "" : " : goto " + chain) + " }"));
        changes.forEach(script::delete);
        return script.text.toString();
    }

    private record Change(Rules from, Rules to) {}

    private void add(Change change) {
        added(change.from.affinities(), change.to.affinities())
                .forEach(set -> line(
                        "add set",
                        set,
                        "{ type ipv4_addr; flags dynamic, timeout; timeout "
                                + change.to.affinities().get(set) + "s; }"));
        added(change.from.chains(), change.to.chains()).forEach(chain -> line("add chain", chain, ""));
        change.to.chains().forEach((chain, rules) -> {
            List<String> before = change.from.chains().get(chain);
            if (rules.equals(before)) return;
            if (before != null) line("flush chain", chain, "");
            for (String rule : rules) line("add rule", chain, rule);
        });
    }

    private void delete(Change change) {
        List<String> gone = added(change.to.chains(), change.from.chains());
        for (String chain : gone) line("flush chain", chain, "");
        for (String chain : gone) line("delete chain", chain, "");
        for (String set : added(change.to.affinities(), change.from.affinities())) line("delete set", set, "");
    }

    private static List<String> added(Map<String, ?> from, Map<String, ?> to) {
        return to.keySet().stream().filter(name -> !from.containsKey(name)).toList();
    }

    private void line(String command, String name, String rest) {
        text.append(command).append(' ').append(TABLE).append(' ').append(name);
        if (!rest.isEmpty()) text.append(' ').append(rest);
        text.append('\n');
    }
}
