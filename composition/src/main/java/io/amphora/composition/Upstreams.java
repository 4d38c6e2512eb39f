package io.amphora.composition;

import io.amphora.kubelet.container.Dns;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The name servers of this machine, which are asked for the names that are not the cluster's.
final class Upstreams {
    private static final int PORT = 53;
    private static final Path USUAL = Path.of("/etc/resolv.conf");

    /// Where systemd-resolved tells whom it asks itself; its own address is of no use in another network namespace.
    private static final Path BEHIND_RESOLVED = Path.of("/run/systemd/resolve/resolv.conf");

    private Upstreams() {}

    static List<InetSocketAddress> ofMachine() {
        List<String> servers = servers(USUAL);
        if (servers.stream().allMatch(server -> server.startsWith("127."))) servers = servers(BEHIND_RESOLVED);
        return servers.stream()
                .map(server -> new InetSocketAddress(server, PORT))
                .toList();
    }

    private static List<String> servers(Path file) {
        try {
            return Dns.parse(Files.readString(file)).servers();
        } catch (IOException none) {
            return List.of();
        }
    }
}
