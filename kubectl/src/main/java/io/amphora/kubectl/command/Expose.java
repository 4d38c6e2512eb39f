package io.amphora.kubectl.command;

import io.amphora.client.AnyObject;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `expose`: a Service for a workload.
final class Expose implements Command {
    @Override
    public String name() {
        return "expose";
    }

    @Override
    public String summary() {
        return "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service";
    }

    @Override
    public String usage() {
        return "kubectl expose (-f FILE | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--type=type]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .dryRun()
                .text("port", "protocol", "target-port", "name", "type", "selector", "external-ip", "cluster-ip")
                .text("session-affinity", "load-balancer-ip", "overrides", "override-type", "field-manager")
                .text("labels", 'l')
                .bool("save-config");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        DryRun.of(flags);
        var problems = new Problems();
        for (Selection selection : Selection.of(session, Selection.Rules.NAMED_ONLY, flags.arguments(), problems))
            problems.attempt(() -> selection.said(session).forEach(found -> expose(session, found)));
        problems.conclude(session);
    }

    private static void expose(Session session, Found found) {
        Flags flags = session.flags();
        if (!List.of("services", "pods", "deployments", "replicasets", "replicationcontrollers")
                .contains(found.kind().plural())) throw Failure.error("cannot expose a " + kindName(found));
        ObjectTree service = service(flags, found);
        String overrides = flags.text("overrides");
        if (!overrides.isEmpty()) {
            try {
                service = MergePatch.apply(service, Json.read(overrides)).object();
            } catch (JsonSyntaxException wrong) {
                throw Failure.error("Invalid JSON Patch");
            }
        }
        if (flags.isSet("save-config")) service = LastApplied.annotated(service);
        boolean local = DryRun.of(flags) == DryRun.CLIENT;
        String namespace = found.namespace().isEmpty() ? session.namespace() : found.namespace();
        service = service.withAt(Tree.of(namespace), "metadata", "namespace");
        if (!local)
            service = session.resource(session.kinds().named("services"), namespace)
                    .create(new AnyObject(service), session.writing("kubectl-expose"))
                    .tree();
        if (flags.text("output").isEmpty())
            session.print(
                    KindTable.name(service) + " exposed" + DryRun.of(flags).suffix());
        else (local ? Printer.own(session) : Printer.of(session, Printer.OBJECTS)).print(service);
    }

    private static String kindName(Found found) {
        String kind = found.kind().gvk().kind();
        return found.kind().gvk().group().isEmpty()
                ? kind
                : kind + "." + found.kind().gvk().group();
    }

    private static ObjectTree service(Flags flags, Found found) {
        String name = flags.text("name").isEmpty() ? found.name() : flags.text("name");
        ObjectTree selector = flags.text("selector").isEmpty() ? selector(found) : Run.labels(flags.text("selector"));
        ObjectTree spec = ObjectTree.of("ports", ListTree.from(ports(flags, found)), "selector", selector);
        if (flags.has("type")) spec = spec.with("type", flags.text("type"));
        if (flags.has("external-ip")) spec = spec.with("externalIPs", ListTree.of(Tree.of(flags.text("external-ip"))));
        if (flags.has("load-balancer-ip")) spec = spec.with("loadBalancerIP", flags.text("load-balancer-ip"));
        if (flags.has("session-affinity")) spec = spec.with("sessionAffinity", flags.text("session-affinity"));
        if (flags.has("cluster-ip")) spec = spec.with("clusterIP", flags.text("cluster-ip"));
        ObjectTree labels = flags.text("labels").isEmpty()
                ? found.object().object("metadata").object("labels")
                : Run.labels(flags.text("labels"));
        ObjectTree metadata = ObjectTree.of("name", name);
        if (!labels.isEmpty()) metadata = metadata.with("labels", labels);
        return ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "Service",
                "metadata",
                metadata,
                "spec",
                spec,
                "status",
                ObjectTree.of("loadBalancer", ObjectTree.EMPTY));
    }

    private static ObjectTree selector(Found found) {
        ObjectTree object = found.object();
        String trouble = "couldn't retrieve selectors via --selector flag or introspection: ";
        switch (found.kind().plural()) {
            case "pods" -> {
                ObjectTree labels = object.object("metadata").object("labels");
                if (labels.isEmpty()) throw Failure.error(trouble + "the pod has no labels and cannot be exposed");
                return labels;
            }
            case "services", "replicationcontrollers" -> {
                ObjectTree selector = object.object("spec").object("selector");
                if (selector.isEmpty()) throw Failure.error(trouble + "the service has no pod selector set");
                return selector;
            }
            default -> {
                ObjectTree selector = object.object("spec").object("selector");
                if (!selector.list("matchExpressions").isEmpty())
                    throw Failure.error(trouble + "couldn't convert expressions - \"" + LabelSelector.of(selector)
                            + "\" to map-based selector format");
                return selector.object("matchLabels");
            }
        }
    }

    private static List<ObjectTree> ports(Flags flags, Found found) {
        var said = new ArrayList<ObjectTree>();
        for (ObjectTree port : exposed(found)) said.add(port);
        String wanted = flags.text("port");
        List<String> numbers = wanted.isEmpty()
                ? said.stream().map(port -> Long.toString(port.whole("port"))).toList()
                : List.of(wanted.split(","));
        if (numbers.isEmpty()) throw Failure.error("couldn't find port via --port flag or introspection");
        var ports = new ArrayList<ObjectTree>();
        for (int i = 0; i < numbers.size(); i++) {
            String number = numbers.get(i).strip();
            if (!number.matches("\\d+"))
                throw Failure.error("strconv.Atoi: parsing \"" + number + "\": invalid syntax");
            long port = Long.parseLong(number);
            String protocol = flags.text("protocol");
            if (protocol.isEmpty())
                protocol = said.stream()
                        .filter(each -> each.whole("port") == port)
                        .map(each -> each.text("protocol"))
                        .filter(each -> !each.isEmpty())
                        .findFirst()
                        .orElse("TCP");
            String target = flags.text("target-port");
            ObjectTree one = ObjectTree.of(
                    "port",
                    port,
                    "protocol",
                    protocol,
                    "targetPort",
                    target.isEmpty()
                            ? Tree.of(port)
                            : target.matches("\\d+") ? Tree.of(Long.parseLong(target)) : Tree.of(target));
            ports.add(numbers.size() > 1 ? one.with("name", "port-" + (i + 1)) : one);
        }
        return ports;
    }

    /// The ports that a workload's containers or a Service say.
    private static List<ObjectTree> exposed(Found found) {
        ObjectTree spec = found.object().object("spec");
        if (found.kind().plural().equals("services"))
            return spec.list("ports").stream().map(Tree::object).toList();
        ObjectTree pod = found.kind().plural().equals("pods")
                ? spec
                : spec.object("template").object("spec");
        var ports = new ArrayList<ObjectTree>();
        for (Tree container : pod.list("containers"))
            for (Tree port : container.object().list("ports"))
                ports.add(ObjectTree.of(
                        "port",
                        port.object().get("containerPort"),
                        "protocol",
                        port.object().text("protocol").isEmpty()
                                ? "TCP"
                                : port.object().text("protocol")));
        return ports;
    }
}
