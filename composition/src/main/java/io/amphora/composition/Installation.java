package io.amphora.composition;

import io.amphora.runtime.Containerd;
import io.amphora.runtime.FileTrees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Where a cluster of this machine keeps its things. `data` lasts; `run` is for the moment and gone after a
/// reboot.
///
/// ```
/// data/amphora.jar  data/pki  data/store  data/admin.kubeconfig  data/server.log
/// data/nodes/NAME/{agent.log,containerd,kubelet,…}
/// run/server.{pid,keeper}  run/nodes/NAME/{agent.pid,agent.keeper,containerd,cni}
/// ```
record Installation(Path data, Path run) {
    /// How many full logs logback.xml keeps.
    private static final int FULL_LOGS = 3;

    private static final Path RUN = Path.of("/run/amphora");

    private static final Path LOCK = Path.of("/run/amphora.lock");

    /// The cluster that runs on this machine is found by this link to its data.
    private static final Path CURRENT = RUN.resolve("current");

    static Installation at(Path data) {
        return new Installation(data.toAbsolutePath().normalize(), RUN);
    }

    /// The cluster that `up` started on this machine, if there is one.
    static Optional<Installation> current() {
        try {
            return Files.exists(CURRENT)
                    ? Optional.of(at(Path.of(Files.readString(CURRENT).strip())))
                    : Optional.empty();
        } catch (IOException unreadable) {
            return Optional.empty();
        }
    }

    /// Held by whoever changes the cluster of this machine, until it is closed or its process ends.
    ///
    /// @throws UserError when somebody else does
    static FileChannel lock() {
        try {
            FileChannel file = FileChannel.open(LOCK, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (file.tryLock() != null) return file;
            file.close();
            throw new UserError("another `amphora up` or `amphora down` is at work on this machine: wait for it");
        } catch (IOException failure) {
            throw new UserError("cannot lock " + LOCK + ": " + failure.getMessage());
        }
    }

    static Path defaultData() {
        return isRoot() ? Path.of("/var/lib/amphora") : Path.of(System.getProperty("user.home"), ".amphora");
    }

    static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    void remember() {
        try {
            PrivateFolder.make(run);
            PrivateFolder.make(data);
            Files.writeString(CURRENT, data.toString());
        } catch (IOException failure) {
            throw new UserError("cannot write to " + run + " or " + data + ": " + failure.getMessage());
        }
    }

    Path pki() {
        return data.resolve("pki");
    }

    Path store() {
        return data.resolve("store");
    }

    Path kubeconfig() {
        return data.resolve("admin.kubeconfig");
    }

    /// Of `system:masters`, whom nothing can be taken from: for when nobody else gets in any more.
    Path emergencyKubeconfig() {
        return data.resolve("super-admin.kubeconfig");
    }

    Path serverLog() {
        return data.resolve("server.log");
    }

    Path serverPid() {
        return run.resolve("server.pid");
    }

    /// Names the configuration file, which is read again at every `up`.
    Path configLink() {
        return data.resolve("config-file");
    }

    /// The ranges of addresses that the cluster was started with.
    Path network() {
        return data.resolve("network.yaml");
    }

    /// Of the process that keeps the server running.
    Path serverKeeper() {
        return run.resolve("server.keeper");
    }

    /// What the daemons of this cluster run: a copy, so that a new build next to them does not pull the classes from
    /// under their feet. The next `up` takes the new one.
    Path jar() {
        return data.resolve("amphora.jar");
    }

    /// Copies what this process runs.
    void copyJar() {
        Path own = Path.of(System.getProperty("java.class.path"));
        if (own.equals(jar())) return;
        try {
            PrivateFolder.make(data);
            copy(own, jar());
            if (Files.exists(Daemon.cacheOf(own))) copy(Daemon.cacheOf(own), Daemon.cacheOf(jar()));
            else Files.deleteIfExists(Daemon.cacheOf(jar()));
        } catch (IOException failure) {
            throw new UserError("cannot copy " + own + " to " + jar() + ": " + failure.getMessage());
        }
    }

    /// With its time: by that the JVM knows that a cache is this jar's.
    private static void copy(Path from, Path to) throws IOException {
        Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    /// Deletes what is ours of the data folder, and the folder itself if nothing else is in it.
    void deleteData() throws IOException {
        for (Path ours : List.of(
                jar(),
                Daemon.cacheOf(jar()),
                pki(),
                store(),
                kubeconfig(),
                emergencyKubeconfig(),
                serverLog(),
                configLink(),
                network(),
                data.resolve("nodes"))) FileTrees.delete(ours);
        for (int full = 1; full <= FULL_LOGS; full++) Files.deleteIfExists(Path.of(serverLog() + "." + full));
        try {
            Files.deleteIfExists(data);
        } catch (DirectoryNotEmptyException others) {
            // Somebody else's files stay.
        }
    }

    NodeFiles node(String name) {
        return new NodeFiles(
                name, data.resolve("nodes").resolve(name), run.resolve("nodes").resolve(name));
    }

    boolean serverRuns() {
        return Daemon.find(serverKeeper()).isPresent();
    }

    /// The numbers of the nodes that `up` made, running or not.
    List<Integer> clusterNodes() {
        return nodes().stream()
                .map(NodeFiles::name)
                .filter(name -> name.matches("node-\\d{1,3}"))
                .map(name -> Integer.parseInt(name.substring("node-".length())))
                .sorted()
                .toList();
    }

    /// The nodes that have files here, running or not.
    List<NodeFiles> nodes() {
        return Stream.of(data.resolve("nodes"), run.resolve("nodes"))
                .filter(Files::isDirectory)
                .flatMap(folder -> {
                    try (Stream<Path> below = Files.list(folder)) {
                        return below.map(path -> path.getFileName().toString()).toList().stream();
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                })
                .distinct()
                .sorted()
                .map(this::node)
                .toList();
    }

    /// The files of one node.
    record NodeFiles(String name, Path data, Path run) {
        /// Above the cgroups of all nodes.
        static final String CGROUPS = "/amphora";

        /// Above the cgroups of this node's Pods.
        String cgroup() {
            return CGROUPS + "/" + name;
        }

        void make() {
            PrivateFolder.make(data);
            PrivateFolder.make(run);
        }

        Path log() {
            return data.resolve("agent.log");
        }

        Path pid() {
            return run.resolve("agent.pid");
        }

        /// Of the process that keeps the agent running; an agent that was started by hand has none.
        Path keeper() {
            return run.resolve("agent.keeper");
        }

        /// Whether an agent runs, or is about to be started again.
        boolean runs() {
            return Daemon.find(keeper()).isPresent() || Daemon.find(pid()).isPresent();
        }

        /// What it joins with, until it has joined.
        Path joinToken() {
            return data.resolve("join-token");
        }

        Path kubelet() {
            return data.resolve("kubelet");
        }

        /// Tells this node of registries.
        void take(Registries registries) {
            try {
                registries.write(data.resolve("registries"), kubelet().resolve("config.json"));
            } catch (IOException failure) {
                throw new UserError("cannot write below " + data + ": " + failure.getMessage());
            }
        }

        Containerd.Config containerd() {
            Path plugins = Containerd.findCniPlugins()
                    .orElseThrow(() -> new UserError(
                            "the network plugins are missing: install the package containernetworking-plugins"));
            return new Containerd.Config(
                    data.resolve("containerd"),
                    run.resolve("containerd"),
                    run.resolve("cni"),
                    plugins,
                    data.resolve("registries"),
                    Optional.empty());
        }
    }
}
