package io.amphora.composition;

import io.amphora.composition.Installation.NodeFiles;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.Containerd;
import java.io.IOException;

/// `down`: ends everything that `up` started and removes every trace, also what a crashed run left. The order:
/// first those
/// that would start things anew (agents, server), then containers, then what they stood on.
final class Down {
    private final Installation installation;
    private final Clock clock;

    Down(Installation installation, Clock clock) {
        this.installation = installation;
        this.clock = clock;
    }

    void run(boolean keepData) {
        for (NodeFiles node : installation.nodes()) Daemon.find(node.pid()).ifPresent(Daemon::stop);
        Daemon.find(installation.serverPid()).ifPresent(Daemon::stop);
        for (NodeFiles node : installation.nodes()) removeContainers(node);
        new HostNetwork(ClusterNetwork.DEFAULT, installation.run()).remove();
        try {
            Containerd.deleteTree(installation.run());
            if (!keepData) Containerd.deleteTree(installation.data());
        } catch (IOException failure) {
            throw new UserError("cannot remove " + installation.data() + ": " + failure.getMessage());
        }
    }

    private void removeContainers(NodeFiles node) {
        Containerd.Config config = node.containerd();
        try {
            Containerd.findRunning(config).ifPresent(containerd -> {
                containerd.removeContainers(clock);
                containerd.stop();
            });
            Containerd.unmountUnder(node.data());
            Containerd.unmountUnder(node.run());
        } catch (IOException failure) {
            throw new UserError("cannot clean up after node " + node.name() + ": " + failure.getMessage());
        }
    }
}
