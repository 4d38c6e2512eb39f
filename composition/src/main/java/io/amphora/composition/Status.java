package io.amphora.composition;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.ServicePort;
import io.amphora.api.core.v1.Services;
import io.amphora.client.Client;
import io.amphora.composition.Installation.NodeFiles;
import io.amphora.kubectl.output.Table;
import io.amphora.runtime.Containerd;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;

/// `status`: what runs where, under which addresses, and what it costs.
final class Status {
    private final PrintStream out;

    Status(PrintStream out) {
        this.out = out;
    }

    int run() {
        Installation installation = Main.running();
        if (Daemon.find(installation.serverPid()).isEmpty())
            throw new UserError("the control plane is not running; `amphora up` starts it again with its data");
        try (Client client = Connections.admin(installation.emergencyKubeconfig())) {
            out.println();
            nodes(client).lines().forEach(out::println);
            out.println();
            pods(client).lines().forEach(out::println);
            out.println();
            services(client).lines().forEach(out::println);
            out.println();
            processes(installation).lines().forEach(out::println);
        }
        troubles(installation);
        out.println("\nkubeconfig: " + installation.kubeconfig());
        return 0;
    }

    private void troubles(Installation installation) {
        try {
            for (String trouble : Connections.troubles(installation.emergencyKubeconfig()))
                out.println("\nthe control plane: " + trouble);
        } catch (IOException broken) {
            out.println("\nthe control plane does not say how it is: " + broken.getMessage());
        }
    }

    private static Table nodes(Client client) {
        var table = new Table("NODE", "READY", "ADDRESS", "PODS");
        List<Pod> pods = client.resource(Pods.DEFINITION).list();
        for (Node node : client.resource(Nodes.DEFINITION).list()) {
            String ready = node.status().conditions().stream()
                    .filter(each -> each.type().equals("Ready"))
                    .map(each -> each.status())
                    .findFirst()
                    .orElse("Unknown");
            String address = node.status().addresses().stream()
                    .filter(each -> each.type().equals("InternalIP"))
                    .map(each -> each.address())
                    .findFirst()
                    .orElse("");
            long count = pods.stream()
                    .filter(pod -> pod.spec().nodeName().equals(node.name()))
                    .count();
            table.add(List.of(node.name(), ready, address, Long.toString(count)));
        }
        return table;
    }

    private static Table pods(Client client) {
        var table = new Table("POD", "NODE", "PHASE", "ADDRESS");
        for (Pod pod : client.resource(Pods.DEFINITION).list())
            table.add(List.of(
                    pod.namespace() + "/" + pod.name(),
                    pod.spec().nodeName(),
                    pod.status().phase(),
                    pod.status().podIP()));
        return table;
    }

    private static Table services(Client client) {
        var table = new Table("SERVICE", "ADDRESS", "OPEN AT");
        for (Service service : client.resource(Services.DEFINITION).list()) {
            var open = new StringBuilder();
            for (ServicePort port : service.spec().ports())
                if (port.nodePort() > 0)
                    open.append("http://127.0.0.1:").append(port.nodePort()).append("/ ");
            String ports = String.join(
                    ",",
                    service.spec().ports().stream()
                            .map(port -> Integer.toString(port.port()))
                            .toList());
            table.add(List.of(
                    service.namespace() + "/" + service.name(),
                    service.spec().clusterIP() + ":" + ports,
                    open.toString().strip()));
        }
        return table;
    }

    private Table processes(Installation installation) {
        var table = new Table("PROCESS", "PID", "MEMORY");
        Daemon.find(installation.serverPid()).ifPresent(server -> add(table, "server", server.pid()));
        for (NodeFiles node : installation.nodes()) {
            Daemon.find(node.pid()).ifPresent(agent -> add(table, "agent " + node.name(), agent.pid()));
            Optional<Containerd> containerd = Containerd.findRunning(node.containerd());
            containerd.ifPresent(found -> add(table, "containerd " + node.name(), found.pid()));
        }
        return table;
    }

    private static void add(Table table, String name, long pid) {
        table.add(List.of(name, Long.toString(pid), Daemon.memoryOf(pid) / (1 << 20) + " MiB"));
    }
}
