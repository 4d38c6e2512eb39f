package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `create service clusterip`, `nodeport`, `loadbalancer` and `externalname`.
final class CreateService extends Creator {
    private final String type;

    CreateService(String name, String type) {
        super(
                name,
                "Create " + (type.startsWith("E") ? "an " : "a ") + type + " service",
                "NAME [--tcp=<port>:<targetPort>]");
        this.type = type;
    }

    @Override
    public String usage() {
        return super.usage().replace("kubectl create ", "kubectl create service ");
    }

    @Override
    String failing() {
        return "failed to create " + type + " service: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        known.commas("tcp");
        return switch (type) {
            case "ClusterIP" -> known.text("clusterip");
            case "NodePort" -> known.whole("node-port");
            case "ExternalName" -> known.text("external-name").require("external-name");
            default -> known;
        };
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        List<String> tcp = flags.list("tcp");
        String address = flags.text("clusterip");
        if (tcp.isEmpty() && !type.equals("ExternalName") && !address.equals("None"))
            throw Failure.error("at least one tcp port specifier must be provided");
        ObjectTree labels = ObjectTree.of("app", name);
        ObjectTree spec = ObjectTree.of("selector", labels, "type", type);
        var ports = new ArrayList<ObjectTree>();
        for (String port : tcp) ports.add(port(port, flags.whole("node-port", 0)));
        if (!ports.isEmpty()) spec = spec.with("ports", ListTree.from(ports));
        if (!address.isEmpty()) spec = spec.with("clusterIP", address);
        if (type.equals("ExternalName")) spec = spec.with("externalName", flags.text("external-name"));
        return Objects.of("v1", "Service", name)
                .withAt(labels, "metadata", "labels")
                .with("spec", spec)
                .with("status", ObjectTree.of("loadBalancer", ObjectTree.EMPTY));
    }

    /// `80`, `80:8080`, `80:http`.
    private static ObjectTree port(String text, int nodePort) {
        String[] parts = text.split(":", -1);
        if (parts.length > 2) throw Failure.error("invalid port format " + text);
        int port = number(parts[0]);
        Tree target = parts.length == 2 ? Objects.intOrText(parts[1]) : Tree.of(port);
        if (parts.length == 2 && target instanceof Tree.Whole) number(parts[1]);
        ObjectTree tree = ObjectTree.of(
                "name",
                parts.length == 2 ? parts[0] + "-" + parts[1] : parts[0],
                "port",
                port,
                "protocol",
                "TCP",
                "targetPort",
                target);
        return nodePort > 0 ? tree.with("nodePort", nodePort) : tree;
    }

    private static int number(String text) {
        if (!text.matches("-?\\d+")) throw Failure.error("strconv.Atoi: parsing \"" + text + "\": invalid syntax");
        long number = Long.parseLong(text);
        if (number < 1 || number > 65535) throw Failure.error("must be between 1 and 65535, inclusive");
        return (int) number;
    }
}
