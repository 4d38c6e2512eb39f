package io.amphora.proxy;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one object (a Service, a Pod with host ports) needs of the packet filter, as data.
///
/// @param chains     the rules of each chain, by its name; chains are the object's own
/// @param elements   of the maps and sets that all objects share; the value is the chain to go to, "" in a set
/// @param affinities sets that remember which client belongs to which endpoint, and for how many seconds
record Rules(
        SortedMap<String, List<String>> chains,
        SortedMap<Element, String> elements,
        SortedMap<String, Integer> affinities) {

    static final Rules NONE = new Builder().build();
    /// The rule of a chain whose answers must come back to this machine.
    static final String MASQUERADE = "jump mark-for-masquerade";

    static final String CLUSTER_IPS = "cluster-ips";
    static final String NODE_PORTS = "node-ports";
    /// Addresses on this node that may reach themselves through a Service, and then need another source address.
    static final String HAIRPINS = "hairpins";
    /// What has no endpoint.
    static final String REFUSED_IPS = "refused-ips";

    static final String REFUSED_PORTS = "refused-ports";
    /// Where UDP is sent to. In our books alone: the kernel has no such set.
    static final String UDP_TARGETS = "udp-targets";

    /// @param set its name in the table
    /// @param key as nft spells it
    record Element(String set, String key) implements Comparable<Element> {
        @Override
        public int compareTo(Element other) {
            int bySet = set.compareTo(other.set);
            return bySet != 0 ? bySet : key.compareTo(other.key);
        }
    }

    static final class Builder {
        private final SortedMap<String, List<String>> chains = new TreeMap<>();
        private final SortedMap<Element, String> elements = new TreeMap<>();
        private final SortedMap<String, Integer> affinities = new TreeMap<>();

        void chain(String name, List<String> rules) {
            chains.put(name, rules);
        }

        void affinity(String set, int seconds) {
            affinities.put(set, seconds);
        }

        /// Traffic to an address and port goes to a chain.
        void at(String address, String protocol, int port, String chain) {
            elements.put(new Element(CLUSTER_IPS, address + " . " + protocol + " . " + port), chain);
        }

        /// Traffic to a port of this machine goes to a chain.
        void atEveryAddress(String protocol, int port, String chain) {
            elements.put(new Element(NODE_PORTS, protocol + " . " + port), chain);
        }

        void mayReachItself(String address) {
            elements.put(new Element(HAIRPINS, address + " . " + address), "");
        }

        void refusedAt(String address, String protocol, int port) {
            elements.put(new Element(REFUSED_IPS, address + " . " + protocol + " . " + port), "");
        }

        void refusedAtEveryAddress(String protocol, int port) {
            elements.put(new Element(REFUSED_PORTS, protocol + " . " + port), "");
        }

        void sendsUdpTo(String address, int port) {
            elements.put(new Element(UDP_TARGETS, address + " . udp . " + port), "");
        }

        Rules build() {
            return new Rules(chains, elements, affinities);
        }
    }
}
