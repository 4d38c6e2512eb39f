package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Pod;
import io.amphora.runtime.Sandbox;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Stream;

/// What stands in a Pod's resolv.conf.
public final class Dns {
    private Dns() {}

    /// @param servers of the cluster
    /// @param domain of the cluster, `cluster.local`
    /// @param host what this machine's own resolv.conf says
    public record Cluster(List<String> servers, String domain, Sandbox.Dns host) {}

    public static Sandbox.Dns of(Pod pod, Cluster cluster) {
        var servers = new LinkedHashSet<String>();
        var searches = new LinkedHashSet<String>();
        var options = new LinkedHashMap<String, String>();
        switch (policy(pod, cluster)) {
            case "ClusterFirst" -> {
                servers.addAll(cluster.servers());
                if (!cluster.domain().isEmpty())
                    searches.addAll(List.of(
                            pod.namespace() + ".svc." + cluster.domain(), "svc." + cluster.domain(), cluster.domain()));
                searches.addAll(cluster.host().searches());
                options.put("ndots", "5");
            }
            case "Default" -> {
                servers.addAll(cluster.host().servers());
                searches.addAll(cluster.host().searches());
                for (String option : cluster.host().options()) put(options, option);
            }
            default -> {} // None: only what dnsConfig says
        }
        var own = pod.spec().dnsConfig();
        servers.addAll(own.nameservers());
        searches.addAll(own.searches());
        for (var option : own.options()) options.put(option.name(), option.value());
        var texts = new ArrayList<String>();
        options.forEach((name, value) -> texts.add(value.isEmpty() ? name : name + ":" + value));
        return new Sandbox.Dns(List.copyOf(servers), List.copyOf(searches), texts);
    }

    private static String policy(Pod pod, Cluster cluster) {
        String policy = pod.spec().dnsPolicy();
        return switch (policy) {
            case "None", "Default" -> policy;
            case "ClusterFirstWithHostNet" -> cluster.servers().isEmpty() ? "Default" : "ClusterFirst";
            default -> pod.spec().hostNetwork() || cluster.servers().isEmpty() ? "Default" : "ClusterFirst";
        };
    }

    private static void put(LinkedHashMap<String, String> options, String option) {
        int colon = option.indexOf(':');
        if (colon < 0) options.put(option, "");
        else options.put(option.substring(0, colon), option.substring(colon + 1));
    }

    /// Reads a resolv.conf (resolv.conf(5)); of several `search` lines the last holds.
    public static Sandbox.Dns parse(String resolvConf) {
        var servers = new ArrayList<String>();
        List<String> searches = List.of();
        var options = new ArrayList<String>();
        for (String line : resolvConf.lines().toList()) {
            String[] words = line.strip().split("\\s+");
            if (words.length < 2 || words[0].startsWith("#") || words[0].startsWith(";")) continue;
            var values = Stream.of(words).skip(1).toList();
            switch (words[0]) {
                case "nameserver" -> servers.add(values.getFirst());
                case "search", "domain" ->
                    searches = values.stream().filter(one -> !one.equals(".")).toList();
                case "options" -> options.addAll(values);
                default -> {}
            }
        }
        return new Sandbox.Dns(servers, searches, options);
    }
}
