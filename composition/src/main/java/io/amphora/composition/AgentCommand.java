package io.amphora.composition;

import io.amphora.composition.Installation.NodeFiles;
import io.amphora.kubectl.Flags;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// `agent`: a node, in the foreground. Its Pods run on when it ends.
final class AgentCommand {
    private AgentCommand() {}

    static int run(List<String> arguments, Clock clock) {
        Flags flags = Flags.parse(
                "agent",
                arguments,
                new Flags.Known()
                        .text("server")
                        .text("token")
                        .text("token-file")
                        .text("name")
                        .text("node-ip")
                        .text("node-labels")
                        .text("data")
                        .text("config"));
        if (!flags.arguments().isEmpty()) throw new UserError("agent takes no arguments, but got " + flags.arguments());
        if (!Installation.isRoot())
            throw new UserError("agent needs root, for containers and networks: run it as root");
        String server = server(flags.text("server", ""));
        Kernel.check();
        Optional<JoinToken> token = token(flags);
        String name = flags.text("name", hostname()).toLowerCase(Locale.ROOT);
        String address = flags.has("node-ip") ? flags.text("node-ip") : addressTowards(server);
        Path data = flags.has("data") ? Path.of(flags.text("data")) : Installation.defaultData();
        Optional<Registries> registries = flags.has("config")
                ? Optional.of(ConfigFile.read(Path.of(flags.text("config"))).registries())
                : Optional.empty();
        NodeFiles files = Installation.at(data).node(name);
        try (var _ = Daemon.claim(files.pid(), "node " + name)) {
            PrivateFolder.make(data);
            files.make();
            registries.ifPresent(files::take);
            var membership = Membership.of(server, token, new Membership.Machine(name, address), files.data(), clock);
            serve(new Agent.Options(name, address, labels(flags.text("node-labels", ""))), files, membership, clock);
        } catch (IOException failure) {
            throw new UserError(String.valueOf(failure.getMessage()));
        }
        return 0;
    }

    /// On the command line, where every user of the machine sees it, or in a file of its own. A file that is
    /// gone means that this node has joined: it has certificates.
    private static Optional<JoinToken> token(Flags flags) {
        if (flags.has("token")) return Optional.of(JoinToken.parse(flags.text("token")));
        if (!flags.has("token-file")) return Optional.empty();
        Path file = Path.of(flags.text("token-file"));
        try {
            return Files.exists(file)
                    ? Optional.of(JoinToken.parse(Files.readString(file).strip()))
                    : Optional.empty();
        } catch (IOException unreadable) {
            throw new UserError("cannot read " + file + ": " + unreadable.getMessage());
        }
    }

    private static void serve(Agent.Options options, NodeFiles files, Membership membership, Clock clock)
            throws IOException {
        var ended = new CountDownLatch(1);
        try (var agent = Agent.start(options, files, membership, clock);
                var _ = QuietCollection.start(clock)) {
            System.out.println("node " + options.name() + " runs at " + options.address());
            System.out.flush();
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> {
                ended.countDown();
                agent.close();
            }));
            ended.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static String server(String text) {
        if (text.isEmpty()) throw new UserError("say which cluster to join: --server https://ADDRESS:6443");
        String url = text.contains("://") ? text : "https://" + text;
        try {
            URI parsed = URI.create(url);
            if (parsed.getHost() == null || !parsed.getScheme().equals("https"))
                throw new UserError("--server takes https://ADDRESS:PORT, not " + text);
            return "https://" + parsed.getHost() + ":" + (parsed.getPort() < 0 ? 6443 : parsed.getPort());
        } catch (IllegalArgumentException malformed) {
            throw new UserError("--server takes https://ADDRESS:PORT, not " + text);
        }
    }

    /// This machine's address on the way to the server. Asks the routing table; nothing is sent.
    private static String addressTowards(String server) {
        URI url = URI.create(server);
        try (var socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
            InetAddress own = socket.getLocalAddress();
            if (own.isAnyLocalAddress() || own.isLoopbackAddress())
                throw new UserError("this machine has no address on the way to " + server
                        + " but its loopback: say with --node-ip by which address other nodes reach it");
            return own.getHostAddress();
        } catch (IOException | java.io.UncheckedIOException unreachable) {
            throw new UserError("there is no route to " + server + ": " + unreachable.getMessage());
        }
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            throw new UserError("this machine's hostname does not resolve: name the node with --name");
        }
    }

    /// `tier=front,disk=ssd`, as the kubelet's flag of that name.
    private static Map<String, String> labels(String text) {
        var labels = new LinkedHashMap<String, String>();
        for (String pair : text.split(",")) {
            if (pair.isBlank()) continue;
            String[] parts = pair.strip().split("=", 2);
            if (parts.length != 2) throw new UserError("--node-labels takes key=value,…, not " + text);
            labels.put(parts[0], parts[1]);
        }
        return labels;
    }
}
