package io.amphora.composition;

import io.amphora.api.apps.v1.DaemonSet;
import io.amphora.api.apps.v1.DaemonSets;
import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.Deployments;
import io.amphora.api.apps.v1.StatefulSet;
import io.amphora.api.apps.v1.StatefulSets;
import io.amphora.api.coordination.v1.Lease;
import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.client.Client;
import io.amphora.composition.Installation.NodeFiles;
import io.amphora.kubectl.Console;
import io.amphora.kubectl.Flags;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// `up`: a cluster on this machine, each node in a network namespace of its own. Made of the same `server` and
/// `agent` that
/// run on machines of their own; this only starts them, waits, and hands them files.
final class Up {
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    /// Of the token that nodes of this machine join with: deleted when they have.
    private static final Duration TOKEN_LIFE = Duration.ofMinutes(10);

    private static final int PORT = 6443;
    private static final int DEFAULT_NODES = 2;

    /// So many addresses there are on the bridge.
    private static final int MOST_NODES = 200;

    private final Clock clock;
    private final PrintStream out;
    private final Progress progress;
    private ClusterNetwork network = ClusterNetwork.DEFAULT;

    Up(Clock clock, PrintStream out) {
        this.clock = clock;
        this.out = out;
        this.progress = new Progress(out, clock);
    }

    int run(List<String> arguments) {
        Flags flags = Flags.parse(
                "up",
                arguments,
                ClusterNetwork.flags(Patience.flags(new Flags.Known())
                        .text("nodes")
                        .text("data")
                        .text("config")
                        .list("filename", 'f')));
        if (!flags.arguments().isEmpty()) throw new UserError("up takes files with -f, but got " + flags.arguments());
        if (!Installation.isRoot()) throw new UserError("up needs root, for containers and networks: run it as root");
        List<Path> files = flags.list("filename").stream().map(Path::of).toList();
        for (Path file : files) if (!Files.exists(file)) throw new UserError("there is no " + file);
        Optional<Path> given = flags.has("config")
                ? Optional.of(Path.of(flags.text("config")).toAbsolutePath().normalize())
                : Optional.empty();
        given.ifPresent(ConfigFile::read); // says what is wrong before anything is done
        try (var _ = Installation.lock()) {
            Installation installation = Installation.current()
                    .filter(Installation::serverRuns)
                    .map(running -> completed(running, flags, given))
                    .orElseGet(() -> start(flags, given));
            try (Client client = Connections.admin(installation.emergencyKubeconfig())) {
                int result = applyAll(installation, client, files);
                new Status(out).run();
                return result;
            }
        } catch (IOException failure) {
            throw new UserError(String.valueOf(failure.getMessage()));
        }
    }

    private Installation start(Flags flags, Optional<Path> given) {
        Installation installation = flags.has("data")
                ? Installation.at(Path.of(flags.text("data")))
                : Installation.current().orElseGet(() -> Installation.at(Installation.defaultData()));
        network = ClusterNetwork.of(flags, installation.network());
        int nodes = flags.whole(
                "nodes", Math.max(DEFAULT_NODES, installation.clusterNodes().size()));
        if (nodes < 1 || nodes > MOST_NODES) throw new UserError("--nodes takes 1 to " + MOST_NODES);
        Kernel.check();
        installation.node("").containerd(); // says what is missing before anything is done
        Installation.current().ifPresent(crashed -> new Down(crashed, clock).run(true));
        new Down(installation, clock).run(true);
        installation.remember();
        installation.copyJar();
        Optional<Registries> registries = registries(installation, given);
        List<Integer> numbers = IntStream.rangeClosed(1, nodes).boxed().toList();
        tell(installation, numbers, registries);

        new HostNetwork(network, installation.run()).create();
        var arguments = new ArrayList<>(Patience.arguments(flags));
        arguments.addAll(ClusterNetwork.arguments(flags));
        startServer(installation, arguments);
        startNodes(installation, numbers);
        return installation;
    }

    /// A running cluster, after its nodes that ended have been started again.
    private Installation completed(Installation installation, Flags flags, Optional<Path> given) {
        network = ClusterNetwork.of(flags, installation.network());
        tell(installation, installation.clusterNodes(), registries(installation, given));
        List<Integer> ended = installation.clusterNodes().stream()
                .filter(number -> !installation.node("node-" + number).runs())
                .toList();
        if (!ended.isEmpty()) startNodes(installation, ended);
        return installation;
    }

    private static void tell(Installation installation, List<Integer> numbers, Optional<Registries> registries) {
        registries.ifPresent(told ->
                numbers.forEach(number -> installation.node("node-" + number).take(told)));
    }

    /// What the configuration file says now: the one that is given, or that was given before.
    private static Optional<Registries> registries(Installation installation, Optional<Path> given) {
        Path link = installation.configLink();
        try {
            if (given.isPresent()) Files.writeString(link, given.get().toString());
            return Files.exists(link)
                    ? Optional.of(
                            ConfigFile.read(Path.of(configFile(installation))).registries())
                    : Optional.empty();
        } catch (IOException failure) {
            throw new UserError("cannot keep " + link + ": " + failure.getMessage());
        }
    }

    private static String configFile(Installation installation) {
        try {
            return Files.readString(installation.configLink());
        } catch (IOException failure) {
            throw new UserError("cannot read " + installation.configLink() + ": " + failure.getMessage());
        }
    }

    private void startNodes(Installation installation, List<Integer> numbers) {
        HostNetwork host = new HostNetwork(network, installation.run());
        try (Client client = Connections.admin(installation.emergencyKubeconfig())) {
            var randomness = Randomness.system();
            Pki pki = new Pki(installation.pki(), clock, randomness);
            JoinToken token = JoinToken.create(client, pki, TOKEN_LIFE, clock, randomness);
            try {
                join(installation, host, numbers, token, client);
            } finally {
                forget(token, installation, numbers, client);
            }
        }
    }

    private void join(
            Installation installation, HostNetwork host, List<Integer> numbers, JoinToken token, Client client) {
        Instant begun = clock.now();
        for (int number : numbers) startAgent(installation, host, number, token);
        List<String> names = numbers.stream().map(number -> "node-" + number).toList();
        progress.await(
                PATIENCE,
                () -> readyNodes(client, begun).containsAll(names),
                () -> readyNodes(client, begun).stream().filter(names::contains).count() + " of " + names.size()
                        + " nodes are ready" + firstTrouble(installation));
        progress.say(names.size() + " nodes are ready");
    }

    private static void forget(JoinToken token, Installation installation, List<Integer> numbers, Client client) {
        token.revoke(client);
        try {
            for (int number : numbers)
                Files.deleteIfExists(installation.node("node-" + number).joinToken());
        } catch (IOException failure) {
            throw new UserError("cannot delete a join token: " + failure.getMessage());
        }
    }

    private void startServer(Installation installation, List<String> asked) {
        var arguments = new ArrayList<>(List.of(
                "--data",
                installation.data().toString(),
                "--store",
                "rocksdb",
                "--port",
                Integer.toString(PORT),
                "--kubeconfig",
                installation.kubeconfig().toString(),
                "--advertise-address",
                network.hostAddress(),
                "--host-network"));
        if (Files.exists(installation.configLink())) arguments.addAll(List.of("--config", configFile(installation)));
        arguments.addAll(asked);
        Daemon server = Daemon.start(
                Daemon.java(installation.jar(), "768m", "server", arguments),
                installation.serverLog(),
                installation.serverKeeper());
        progress.await(
                PATIENCE,
                () -> {
                    if (!server.isAlive())
                        throw new UserError(
                                "the control plane ended as it started: " + lastLine(installation.serverLog()));
                    return Files.exists(installation.emergencyKubeconfig())
                            && Connections.isReady(installation.emergencyKubeconfig());
                },
                () -> "the control plane starts (its log is " + installation.serverLog() + ")");
        progress.say("the control plane is ready");
    }

    private void startAgent(Installation installation, HostNetwork host, int number, JoinToken token) {
        String name = "node-" + number;
        NodeFiles node = installation.node(name);
        try {
            node.make();
            Pki.writePrivately(node.joinToken(), token.text());
        } catch (IOException failure) {
            throw new UserError("cannot write " + node.joinToken() + ": " + failure.getMessage());
        }
        host.addNode(name, network.nodeAddress(number));
        var command = new ArrayList<>(List.of("nsenter", "--net=" + HostNetwork.namespacePath(name), "--"));
        command.addAll(Daemon.java(
                installation.jar(),
                "192m",
                "agent",
                List.of(
                        "--server",
                        "https://" + network.hostAddress() + ":" + PORT,
                        "--token-file",
                        node.joinToken().toString(),
                        "--name",
                        name,
                        "--data",
                        installation.data().toString())));
        Daemon.start(command, node.log(), node.keeper());
    }

    /// Those whose own agent has said so since `begun`: what an earlier one said does not count.
    private static List<String> readyNodes(Client client, Instant begun) {
        Set<String> alive = client.resource(Leases.DEFINITION).inNamespace("kube-node-lease").list().stream()
                .filter(lease -> lease.spec()
                        .findRenewTime()
                        .filter(renewed -> renewed.isAfter(begun))
                        .isPresent())
                .map(Lease::name)
                .collect(Collectors.toSet());
        return client.resource(Nodes.DEFINITION).list().stream()
                .filter(node -> alive.contains(node.name()))
                .filter(node -> node.status().conditions().stream()
                        .anyMatch(each ->
                                each.type().equals("Ready") && each.status().equals("True")))
                .map(Node::name)
                .toList();
    }

    private static String firstTrouble(Installation installation) {
        for (NodeFiles node : installation.nodes())
            if (Daemon.find(node.keeper()).isEmpty()) return "; " + node.name() + " ended: " + lastLine(node.log());
        return "";
    }

    private static String lastLine(Path log) {
        try {
            return Files.readAllLines(log).stream()
                    .filter(line -> !line.isBlank())
                    .reduce((first, last) -> last)
                    .orElse("it said nothing");
        } catch (IOException unreadable) {
            return "it left no log";
        }
    }

    /// Imports the images that come with the files, applies the files, and waits until what they ask for is
    /// there.
    private int applyAll(Installation installation, Client client, List<Path> files) {
        if (files.isEmpty()) return 0;
        for (Path file : files) {
            for (Path archive : Images.of(file, progress)) {
                Images.importEverywhere(installation, archive, clock);
                progress.say("imported " + archive.getFileName());
            }
        }
        var arguments = new ArrayList<String>(List.of("apply"));
        files.forEach(file -> arguments.addAll(List.of("-f", file.toString())));
        int result = KubectlCommand.run(arguments, Console.system(), clock);
        if (result != 0) files.forEach(file -> YamlMistakes.in(file).forEach(System.err::println));
        progress.await(
                PATIENCE, () -> unready(client).isEmpty(), () -> "not ready: " + String.join(", ", unready(client)));
        progress.say("everything is ready");
        return result;
    }

    /// The workloads that lack copies, each with how many it has.
    private static List<String> unready(Client client) {
        Stream<String> deployments = client.resource(Deployments.DEFINITION).list().stream()
                .filter(each -> !isReady(each))
                .map(each -> each.name() + " " + each.status().availableReplicas() + "/"
                        + each.spec().replicas());
        Stream<String> sets = client.resource(StatefulSets.DEFINITION).list().stream()
                .filter(each -> !isReady(each))
                .map(each -> each.name() + " " + each.status().readyReplicas() + "/"
                        + each.spec().replicas());
        Stream<String> daemons = client.resource(DaemonSets.DEFINITION).list().stream()
                .filter(each -> !isReady(each))
                .map(each -> each.name() + " " + each.status().numberReady() + "/"
                        + each.status().desiredNumberScheduled());
        return Stream.of(deployments, sets, daemons).flatMap(each -> each).toList();
    }

    private static boolean isReady(Deployment deployment) {
        var status = deployment.status();
        return status.observedGeneration() >= deployment.metadata().generation()
                && status.updatedReplicas() >= deployment.spec().replicas()
                && status.replicas() == status.updatedReplicas()
                && status.availableReplicas() >= deployment.spec().replicas();
    }

    private static boolean isReady(StatefulSet set) {
        return set.status().observedGeneration() >= set.metadata().generation()
                && set.status().readyReplicas() >= set.spec().replicas();
    }

    private static boolean isReady(DaemonSet set) {
        return set.status().observedGeneration() >= set.metadata().generation()
                && set.status().numberReady() >= set.status().desiredNumberScheduled();
    }
}
