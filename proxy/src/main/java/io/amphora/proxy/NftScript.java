package io.amphora.proxy;

import java.util.List;
import java.util.Map;
import java.util.SortedMap;

/// The nft commands that lead from one ruleset to another, applied by the kernel as one transaction.
///
/// What stays is not mentioned, so the cost is that of the change. The order matters: chains must be there before
/// something
/// goes to them, and nothing may go to them any more before they are deleted.
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
                  chain refuse-forwarded {
                    type filter hook forward priority 0; policy accept;
                    ip daddr %3$s meta l4proto tcp ct state new reject with tcp reset
                    ip daddr %3$s ct state new reject
                  }
                  chain refuse-local {
                    type filter hook output priority 0; policy accept;
                    ip daddr %3$s meta l4proto tcp ct state new reject with tcp reset
                    ip daddr %3$s ct state new reject
                  }
                }
                """.formatted(TABLE, podCidr, serviceCidr);
    }

    static String removal() {
        return "table " + TABLE + "\ndelete table " + TABLE + "\n";
    }

    /// Empty when nothing changes.
    static String between(Ruleset from, Ruleset to) {
        var script = new NftScript();
        added(from.affinities(), to.affinities())
                .forEach(set -> script.line(
                        "add set",
                        set,
                        "{ type ipv4_addr; flags dynamic, timeout; timeout "
                                + to.affinities().get(set) + "s; }"));
        added(from.chains(), to.chains()).forEach(chain -> script.line("add chain", chain, ""));
        to.chains().forEach((chain, rules) -> {
            List<String> before = from.chains().get(chain);
            if (rules.equals(before)) return;
            if (before != null) script.line("flush chain", chain, "");
            for (String rule : rules) script.line("add rule", chain, rule);
        });
        script.elements("cluster-ips", from.clusterIps(), to.clusterIps());
        script.elements("node-ports", from.nodePorts(), to.nodePorts());
        for (String pair : from.hairpins())
            if (!to.hairpins().contains(pair)) script.line("delete element", "hairpins", "{ " + pair + " }");
        for (String pair : to.hairpins())
            if (!from.hairpins().contains(pair)) script.line("add element", "hairpins", "{ " + pair + " }");
        List<String> gone = added(to.chains(), from.chains());
        for (String chain : gone) script.line("flush chain", chain, "");
        for (String chain : gone) script.line("delete chain", chain, "");
        for (String set : added(to.affinities(), from.affinities())) script.line("delete set", set, "");
        return script.text.toString();
    }

    private void elements(String map, SortedMap<String, String> from, SortedMap<String, String> to) {
        from.forEach((key, chain) -> {
            if (!chain.equals(to.get(key))) line("delete element", map, "{ " + key + " }");
        });
        to.forEach((key, chain) -> {
            if (!chain.equals(from.get(key))) line("add element", map, "{ " + key + " : goto " + chain + " }");
        });
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
