package io.amphora.composition;

import io.amphora.proxy.ServiceProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/// The part of the cluster's network that lies on this machine outside the nodes: one bridge, one namespace and
/// one
/// link
/// per node, the routes to Pods and Services, and one nftables table. All of it carries Amphora's name, so that
/// [#remove] finds it whatever became of the process that made it.
///
/// Addresses of Pods and Services never leave by another interface: where no node has them, the route is a
/// blackhole.
final class HostNetwork {
    private static final String PREFIX = "amphora-";
    private static final Pattern NAMESPACE = Pattern.compile(PREFIX + "node-\\d+");
    private static final String TABLE = "amphora-host";
    private static final Path NAMESPACES = Path.of("/run/netns");
    private static final Path FORWARDING = Path.of("/proc/sys/net/ipv4/ip_forward");

    private final ClusterNetwork network;
    /// Remembers how forwarding stood before, so that it can be put back.
    private final Path memory;

    HostNetwork(ClusterNetwork network, Path folder) {
        this.network = network;
        this.memory = folder.resolve("ip_forward.before");
    }

    void create() {
        String bridge = network.bridge();
        if (!exists(bridge)) Shell.run("ip", "link", "add", bridge, "type", "bridge");
        Shell.run("ip", "addr", "replace", network.hostAddress() + "/24", "dev", bridge);
        Shell.run("ip", "link", "set", bridge, "up");
        openToLoopback(bridge);
        Shell.run("ip", "route", "replace", network.serviceCidr(), "dev", bridge);
        Shell.run("ip", "route", "replace", "blackhole", network.podCidr());
        letNodesOut();
    }

    /// Makes a namespace that plays a machine, with a link to the bridge; one that is there already is left as
    /// it is.
    void addNode(String name, String address) {
        String namespace = PREFIX + name;
        if (Files.exists(namespacePath(name))) return;
        String link = linkOf(name);
        Shell.run("ip", "netns", "add", namespace);
        Shell.run("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", namespace);
        Shell.run("ip", "link", "set", link, "master", network.bridge());
        Shell.run("ip", "link", "set", link, "up");
        Shell.run("ip", "-n", namespace, "link", "set", "lo", "up");
        Shell.run("ip", "-n", namespace, "addr", "add", address + "/24", "dev", "eth0");
        Shell.run("ip", "-n", namespace, "link", "set", "eth0", "up");
        Shell.run("ip", "-n", namespace, "route", "add", "default", "via", network.hostAddress());
    }

    void removeNode(String name) {
        Shell.attempt("ip", "link", "del", linkOf(name));
        Shell.attempt("ip", "netns", "del", PREFIX + name);
    }

    /// Removes everything that bears the name; what is not there is no error.
    void remove() {
        for (String namespace : namespaces()) removeNode(namespace.substring(PREFIX.length()));
        forgetNamespaces();
        Shell.attempt("ip", "route", "del", network.serviceCidr(), "dev", network.bridge());
        Shell.attempt("ip", "route", "del", "blackhole", network.podCidr());
        Shell.attempt("ip", "link", "del", network.bridge());
        Shell.attempt("nft", "delete", "table", "ip", TABLE);
        Shell.attempt("nft", "delete", "table", "ip", ServiceProxy.TABLE);
        try {
            if (Files.exists(memory)) {
                Files.writeString(FORWARDING, Files.readString(memory));
                Files.delete(memory);
            }
        } catch (IOException failure) {
            throw new UserError("cannot put net.ipv4.ip_forward back: " + failure.getMessage());
        }
    }

    /// `ip netns` mounts a folder for its namespaces and leaves it mounted; with the last namespace it goes.
    private static void forgetNamespaces() {
        try (var left = Files.list(NAMESPACES)) {
            if (left.findAny().isPresent()) return;
        } catch (IOException none) {
            return;
        }
        while (Shell.attempt("umount", NAMESPACES.toString()).ok()) {
            // as often as it is mounted
        }
    }

    /// The namespaces of nodes on this machine.
    static List<String> namespaces() {
        return Shell.attempt("ip", "netns", "list")
                .out()
                .lines()
                .map(line -> line.split(" ", 2)[0])
                .filter(name -> NAMESPACE.matcher(name).matches())
                .toList();
    }

    static Path namespacePath(String name) {
        return NAMESPACES.resolve(PREFIX + name);
    }

    /// Nodes reach the outside (to pull images) as this machine; Pod and Service addresses don't.
    private void letNodesOut() {
        String rules =
                """
                table ip %1$s
                delete table ip %1$s
                table ip %1$s {
                  chain forward {
                    type filter hook forward priority 0; policy accept;
                    ip daddr { %2$s, %3$s } oifname != "%4$s" drop
                  }
                  chain postrouting {
                    type nat hook postrouting priority 100; policy accept;
                    ip saddr %5$s oifname != "%4$s" masquerade
                  }
                }
                """.formatted(TABLE, network.podCidr(), network.serviceCidr(), network.bridge(), network.nodeCidr());
        Shell.Result result = Shell.attempt(List.of("nft", "-f", "-"), rules);
        if (!result.ok())
            throw new UserError(
                    "nftables refuses Amphora's rules: " + result.err().strip());
        try {
            String before = Files.readString(FORWARDING).strip();
            if (before.equals("1")) return;
            Files.createDirectories(memory.getParent());
            Files.writeString(memory, before);
            Files.writeString(FORWARDING, "1");
        } catch (IOException failure) {
            throw new UserError("cannot set net.ipv4.ip_forward: " + failure.getMessage());
        }
    }

    /// So that node ports answer on 127.0.0.1 too: what comes from there leaves by the bridge, with its address.
    private static void openToLoopback(String bridge) {
        try {
            Files.writeString(Path.of("/proc/sys/net/ipv4/conf", bridge, "route_localnet"), "1");
        } catch (IOException failure) {
            throw new UserError("cannot set route_localnet of " + bridge + ": " + failure.getMessage());
        }
    }

    private static boolean exists(String link) {
        return Shell.attempt("ip", "link", "show", link).ok();
    }

    /// An interface's name has at most 15 letters.
    private static String linkOf(String name) {
        String link = "am-" + name;
        return link.length() <= 15 ? link : "am-" + Integer.toHexString(name.hashCode());
    }
}
