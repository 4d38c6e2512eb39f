package io.amphora.kubectl.command;

import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// `top`: what nodes and Pods use, as the metrics API measures it.
final class Top {
    private Top() {}

    static Command command() {
        return new Command.Group(
                "top",
                "Display resource (CPU/memory) usage",
                List.of(new OfKind("node", true), new OfKind("pod", false)));
    }

    /// `top node` or `top pod`.
    private record OfKind(String name, boolean nodes) implements Command {
        @Override
        public String summary() {
            return "Display resource (CPU/memory) usage of " + name + "s";
        }

        @Override
        public String usage() {
            return "kubectl top " + name + " [NAME | -l label] [--sort-by=cpu|memory]";
        }

        @Override
        public List<String> aliases() {
            return nodes ? List.of("nodes", "no") : List.of("pods", "po");
        }

        @Override
        public Flags.Known flags(Flags.Known common) {
            return common.text("selector", 'l')
                    .bool("all-namespaces", 'A')
                    .bool("no-headers", "containers", "use-protocol-buffers", "show-capacity", "sum", "show-swap")
                    .text("sort-by", "field-selector");
        }

        @Override
        public void run(Session session) {
            Flags flags = session.flags();
            String order = flags.text("sort-by");
            if (!List.of("", "cpu", "memory").contains(order))
                throw Failure.error("--sort-by accepts only cpu or memory");
            if (flags.arguments().size() > 1)
                throw Failure.usage(
                        session.command(),
                        "exactly one NAME is required, got " + flags.arguments().size());
            Kind kind = session.kinds()
                    .findNamed((nodes ? "nodes" : "pods") + ".metrics.k8s.io")
                    .orElseThrow(() -> Failure.error("Metrics API not available"));
            String namespace = nodes || flags.isSet("all-namespaces") ? "" : session.namespace();
            List<ObjectTree> metrics = flags.arguments().isEmpty()
                    ? session.resource(kind, namespace).listAll(Selection.options(flags)).items().stream()
                            .map(each -> each.tree())
                            .toList()
                    : List.of(session.resource(kind, namespace)
                            .get(flags.arguments().getFirst())
                            .tree());
            if (metrics.isEmpty()) {
                session.warn(
                        nodes || namespace.isEmpty()
                                ? "No resources found"
                                : "No resources found in " + namespace + " namespace.");
                return;
            }
            print(session, metrics, order);
        }

        private void print(Session session, List<ObjectTree> metrics, String order) {
            boolean everywhere = session.flags().isSet("all-namespaces");
            var table = new Table();
            if (!session.flags().isSet("no-headers")) {
                var headings = new ArrayList<String>();
                if (everywhere) headings.add("NAMESPACE");
                headings.addAll(
                        nodes
                                ? List.of("NAME", "CPU(cores)", "CPU(%)", "MEMORY(bytes)", "MEMORY(%)")
                                : List.of("NAME", "CPU(cores)", "MEMORY(bytes)"));
                table.add(headings);
            }
            Comparator<ObjectTree> by = order.isEmpty()
                    ? Comparator.comparing(each -> each.object("metadata").text("name"))
                    : Comparator.comparing((ObjectTree each) -> usage(each, order))
                            .reversed();
            for (ObjectTree each : metrics.stream().sorted(by).toList()) {
                var cells = new ArrayList<String>();
                if (everywhere) cells.add(each.object("metadata").text("namespace"));
                String name = each.object("metadata").text("name");
                cells.add(name);
                cells.add(usage(each, "cpu").milliValue() + "m");
                if (nodes) cells.add(share(session, name, each, "cpu"));
                cells.add(usage(each, "memory").value() / (1024 * 1024) + "Mi");
                if (nodes) cells.add(share(session, name, each, "memory"));
                table.add(cells);
            }
            table.lines().forEach(session::print);
        }

        private static Quantity usage(ObjectTree metrics, String resource) {
            if (metrics.has("usage"))
                return Quantity.parse(metrics.object("usage").get(resource));
            Quantity sum = Quantity.ZERO;
            for (Tree container : metrics.list("containers"))
                sum = sum.add(Quantity.parse(container.object().object("usage").get(resource)));
            return sum;
        }

        private static String share(Session session, String node, ObjectTree metrics, String resource) {
            ObjectTree status = session.resource(session.kinds().named("nodes"), "")
                    .get(node)
                    .tree()
                    .object("status");
            String all = status.object("allocatable").text(resource);
            if (all.isEmpty()) return "<unknown>";
            return (long) (usage(metrics, resource).asDouble()
                            * 100
                            / Quantity.parse(all).asDouble()) + "%";
        }
    }
}
