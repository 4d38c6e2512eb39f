package io.amphora.kubectl.command;

import io.amphora.client.ListOptions;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `cluster-info`: where the control plane and the services that are part of the cluster are.
final class ClusterInfo implements Command {
    @Override
    public String name() {
        return "cluster-info";
    }

    @Override
    public String summary() {
        return "Display addresses of the control plane and services with label kubernetes.io/cluster-service=true";
    }

    @Override
    public String usage() {
        return "kubectl cluster-info";
    }

    @Override
    public List<Command> commands() {
        return List.of(new Dump());
    }

    @Override
    public void run(Session session) {
        String server = session.connection().server();
        session.print("Kubernetes control plane is running at " + server);
        var services = session.resource(session.kinds().named("services"), "kube-system")
                .list(ListOptions.ALL.withLabels("kubernetes.io/cluster-service=true"));
        for (var service : services.items()) {
            String shown = service.metadata().labels().getOrDefault("kubernetes.io/name", service.name());
            session.print(shown + " is running at " + address(server, service.tree()));
        }
        session.print("\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.");
    }

    /// Through the server's proxy, or where a load balancer has it.
    private static String address(String server, ObjectTree service) {
        ListTree ingress = service.object("status").object("loadBalancer").list("ingress");
        ListTree ports = service.object("spec").list("ports");
        if (!ingress.isEmpty()) {
            ObjectTree first = ingress.get(0).object();
            String host = first.text("ip").isEmpty() ? first.text("hostname") : first.text("ip");
            var addresses = new ArrayList<String>();
            for (Tree port : ports)
                addresses.add("http://" + host + ":" + port.object().whole("port"));
            return String.join(" ", addresses);
        }
        ObjectTree metadata = service.object("metadata");
        String port = ports.isEmpty() ? "" : ports.get(0).object().text("name");
        boolean secure = port.equals("https")
                || !ports.isEmpty() && ports.get(0).object().whole("port") == 443;
        String name = (secure ? "https:" : "") + metadata.text("name") + (port.isEmpty() && !secure ? "" : ":" + port);
        return server + "/api/v1/namespaces/" + metadata.text("namespace") + "/services/" + name + "/proxy";
    }

    /// `cluster-info dump`: what there is to know of a cluster, to read it elsewhere.
    private static final class Dump implements Command {
        private static final List<String> KINDS = List.of(
                "events", "replicationcontrollers", "services", "daemonsets", "deployments", "replicasets", "pods");

        @Override
        public String name() {
            return "dump";
        }

        @Override
        public String summary() {
            return "Dump relevant information for debugging and diagnosis";
        }

        @Override
        public String usage() {
            return "kubectl cluster-info dump [--namespaces=...] [-A] [--output-directory=FOLDER]";
        }

        @Override
        public Flags.Known flags(Flags.Known common) {
            return common.output()
                    .bool("all-namespaces", 'A')
                    .commas("namespaces")
                    .text("output-directory")
                    .duration("pod-running-timeout");
        }

        @Override
        public void run(Session session) {
            if (!session.flags().text("output").isEmpty()) Printer.of(session, Printer.OBJECTS);
            write(session, "nodes", list(session, "nodes", ""));
            for (String namespace : namespaces(session)) {
                for (String kind : KINDS) write(session, namespace + "/" + kind, list(session, kind, namespace));
            }
            String folder = session.flags().text("output-directory");
            if (!folder.isEmpty() && !folder.equals("-")) session.print("Cluster info dumped to " + folder);
        }

        private static List<String> namespaces(Session session) {
            List<String> said = session.flags().list("namespaces");
            if (session.flags().isSet("all-namespaces"))
                return session.resource(session.kinds().named("namespaces"), "").list().stream()
                        .map(each -> each.name())
                        .toList();
            return said.isEmpty() ? List.of("kube-system", session.namespace()) : said;
        }

        private static ObjectTree list(Session session, String word, String namespace) {
            var kind = session.kinds().named(word);
            ObjectTree list = session.client().get(kind.target().path(kind.namespaced() ? namespace : ""));
            return list;
        }

        private static String text(ObjectTree list, String format) {
            return format.equals("yaml") ? Yaml.write(list).stripTrailing() : GoJson.pretty(list, "    ");
        }

        private static void write(Session session, String name, ObjectTree list) {
            String format = session.flags().text("output", "json");
            String folder = session.flags().text("output-directory");
            if (folder.isEmpty() || folder.equals("-")) {
                session.print(text(list, format));
                return;
            }
            Path file = session.file(folder).resolve(name + "." + format);
            try {
                Files.createDirectories(file.toAbsolutePath().getParent());
                try (var out = new PrintStream(Files.newOutputStream(file))) {
                    out.println(text(list, format));
                }
            } catch (IOException failure) {
                throw new UncheckedIOException(failure);
            }
        }
    }
}
