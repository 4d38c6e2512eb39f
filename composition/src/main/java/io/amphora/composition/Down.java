package io.amphora.composition;

import io.amphora.composition.Installation.NodeFiles;
import io.amphora.kubelet.node.Cgroups;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Containerd;
import io.amphora.runtime.FileTrees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// `down`: ends everything that `up` started and removes every trace, also what a crashed run left. The order: first
/// those that would start things anew (agents, server), then containers, then what they stood on.
final class Down {
    private final Installation installation;
    private final Clock clock;

    Down(Installation installation, Clock clock) {
        this.installation = installation;
        this.clock = clock;
    }

    void run(boolean keepData) {
        List<NodeFiles> nodes = installation.nodes();
        stopProcesses(nodes);
        inParallel(nodes.stream()
                .<Runnable>map(node -> () -> removeContainers(node))
                .toList());
        new HostNetwork(ClusterNetwork.read(installation.network()), installation.run()).remove();
        try {
            for (NodeFiles node : nodes) Cgroups.ofMachine().remove(node.cgroup());
            Cgroups.ofMachine().remove(NodeFiles.CGROUPS);
            FileTrees.delete(installation.run());
            if (!keepData) installation.deleteData();
        } catch (IOException failure) {
            throw new UserError("cannot remove what is left: " + failure.getMessage());
        }
    }

    /// A keeper stops with the process that it keeps; one that lost its keeper is stopped itself.
    private void stopProcesses(List<NodeFiles> nodes) {
        for (List<Path> files : List.of(
                nodes.stream().map(NodeFiles::keeper).toList(),
                nodes.stream().map(NodeFiles::pid).toList(),
                List.of(installation.serverKeeper()),
                List.of(installation.serverPid())))
            inParallel(files.stream()
                    .flatMap(file -> Daemon.find(file).stream())
                    .<Runnable>map(daemon -> daemon::stop)
                    .toList());
    }

    private void removeContainers(NodeFiles node) {
        Containerd.Config config = node.containerd();
        try {
            Containerd.findRunning(config).ifPresent(containerd -> {
                containerd.removeContainers(clock);
                containerd.stop();
            });
            Containerd.endRemains(config);
            for (Path folder : Stream.of(node.data(), node.run()).toList()) FileTrees.unmountUnder(folder);
        } catch (IOException failure) {
            throw new UserError("cannot clean up after node " + node.name() + ": " + failure.getMessage());
        }
    }

    /// Waits for all; the first failure is thrown.
    private static void inParallel(List<Runnable> steps) {
        steps.stream().parallel().forEach(Runnable::run);
    }
}
