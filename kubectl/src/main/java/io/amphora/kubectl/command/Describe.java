package io.amphora.kubectl.command;

import io.amphora.api.HumanDuration;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// `describe`: an object in words, with the events about it. One form for every kind: names, labels, what is
/// asked
/// for and
/// what is so, conditions as a table.
final class Describe implements Command {
    @Override
    public String name() {
        return "describe";
    }

    @Override
    public String summary() {
        return "Show details of a specific resource or group of resources";
    }

    @Override
    public String usage() {
        return "kubectl describe (-f FILE | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).optional("show-events", "true");
    }

    @Override
    public void run(Session session) {
        if (session.flags().arguments().isEmpty() && !session.flags().has("filename"))
            throw Failure.error(
                    "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list"
                            + " of supported resources.");
        boolean separate = false;
        for (Selection selection : Selection.of(session, "describe")) {
            for (ObjectTree object : selection.read(session)) {
                if (separate) session.print("\n");
                separate = true;
                describe(session, selection.kind(), object);
            }
        }
    }

    private static void describe(Session session, Kind kind, ObjectTree object) {
        ObjectTree metadata = object.object("metadata");
        var lines = new ArrayList<String>();
        field(lines, "Name", metadata.text("name"));
        if (kind.namespaced()) field(lines, "Namespace", metadata.text("namespace"));
        map(lines, "Labels", metadata.object("labels"), "=");
        map(lines, "Annotations", metadata.object("annotations"), ": ");
        for (Tree owner : metadata.list("ownerReferences"))
            if (owner.object().bool("controller"))
                field(
                        lines,
                        "Controlled By",
                        owner.object().text("kind") + "/" + owner.object().text("name"));
        for (String name : object.names())
            if (!List.of("apiVersion", "kind", "metadata").contains(name)) section(lines, name, object.get(name), "");
        lines.forEach(session::print);
        if (session.flags().isUnlessDenied("show-events")) events(session, metadata);
    }

    private static void field(List<String> lines, String name, String value) {
        lines.add(String.format("%-14s %s", name + ":", value));
    }

    private static void map(List<String> lines, String name, ObjectTree map, String joined) {
        if (map.isEmpty()) {
            field(lines, name, "<none>");
            return;
        }
        String head = name;
        for (var pair : map) {
            String value = pair.getValue() instanceof Tree.Text(var text)
                    ? text.strip()
                    : pair.getValue().toString();
            lines.add(String.format("%-14s %s", head.isEmpty() ? "" : head + ":", pair.getKey() + joined + value));
            head = "";
        }
    }

    private static void section(List<String> lines, String name, Tree value, String indent) {
        String title = indent + title(name) + ":";
        switch (value) {
            case ObjectTree object
            when !object.isEmpty() -> {
                lines.add(title);
                for (var pair : object) section(lines, pair.getKey(), pair.getValue(), indent + "  ");
            }
            case ListTree list
            when name.equals("conditions") -> {
                lines.add(title);
                var table = new Table("Type", "Status", "Reason", "Message");
                for (Tree each : list) {
                    ObjectTree condition = each.object();
                    table.add(List.of(
                            condition.text("type"),
                            condition.text("status"),
                            condition.text("reason"),
                            condition.text("message")));
                }
                table.lines().forEach(line -> lines.add(indent + "  " + line));
            }
            case ListTree list
            when list.stream().allMatch(ObjectTree.class::isInstance) && !list.isEmpty() -> {
                lines.add(title);
                for (Tree item : list) {
                    String label = item.object().text("name");
                    if (!label.isEmpty()) lines.add(indent + "  " + label + ":");
                    for (var pair : item.object())
                        if (!pair.getKey().equals("name") || label.isEmpty())
                            section(lines, pair.getKey(), pair.getValue(), indent + "    ");
                }
            }
            case ListTree list ->
                lines.add(title + "  "
                        + String.join(",", list.stream().map(Describe::plain).toList()));
            default -> lines.add(title + "  " + plain(value));
        }
    }

    private static String plain(Tree value) {
        return value instanceof Tree.Text(var text) ? text : value.toString();
    }

    /// `podIP` -> `Pod IP`, `nodeName` -> `Node Name`.
    private static String title(String name) {
        String spaced = name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ");
        return spaced.substring(0, 1).toUpperCase(Locale.ROOT) + spaced.substring(1);
    }

    private static void events(Session session, ObjectTree metadata) {
        String namespace = metadata.text("namespace").isEmpty() ? "default" : metadata.text("namespace");
        Kind events = session.kinds().named("events.v1");
        var about = ListOptions.ALL.withFields(
                "involvedObject.name=" + metadata.text("name") + ",involvedObject.uid=" + metadata.text("uid"));
        var found = session.resource(events, namespace).list(about).items();
        if (found.isEmpty()) {
            session.print("Events:         <none>");
            return;
        }
        session.print("Events:");
        var table = new Table("Type", "Reason", "Age", "From", "Message");
        table.add(List.of("----", "------", "----", "----", "-------"));
        Instant now = session.clock().now();
        for (var each : found) {
            ObjectTree event = each.tree();
            String component = event.object("source").text("component");
            table.add(List.of(
                    event.text("type"),
                    event.text("reason"),
                    age(event, now),
                    component.isEmpty() ? event.text("reportingComponent") : component,
                    event.text("message").strip()));
        }
        table.lines().forEach(line -> session.print("  " + line));
    }

    private static String age(ObjectTree event, Instant now) {
        for (String name : List.of("lastTimestamp", "eventTime", "firstTimestamp")) {
            String at = event.text(name);
            if (at.isEmpty()) continue;
            String age = HumanDuration.of(Duration.between(Instant.parse(at), now));
            long count = event.whole("count");
            String first = event.text("firstTimestamp");
            return count > 1 && !first.isEmpty()
                    ? age + " (x" + count + " over " + HumanDuration.of(Duration.between(Instant.parse(first), now))
                            + ")"
                    : age;
        }
        return "<unknown>";
    }

    /// A Pod template as `rollout history --revision` shows it.
    static List<String> podTemplate(ObjectTree template) {
        var lines = new ArrayList<String>();
        lines.add("Pod Template:");
        ObjectTree labels = template.object("metadata").object("labels");
        String head = "  Labels:\t";
        for (var pair : labels) {
            lines.add(head + pair.getKey() + "=" + plain(pair.getValue()));
            head = "\t";
        }
        lines.add("  Containers:");
        for (Tree item : template.object("spec").list("containers")) {
            ObjectTree container = item.object();
            lines.add("   " + container.text("name") + ":");
            lines.add("    Image:\t" + container.text("image"));
            for (Tree port : container.list("ports"))
                lines.add("    Port:\t" + port.object().whole("containerPort") + "/"
                        + port.object().text("protocol"));
            ListTree env = container.list("env");
            lines.add("    Environment:\t" + (env.isEmpty() ? "<none>" : ""));
            for (Tree each : env)
                lines.add("      " + each.object().text("name") + ":\t"
                        + each.object().text("value"));
            lines.add("    Mounts:\t" + (container.list("volumeMounts").isEmpty() ? "<none>" : ""));
            for (Tree mount : container.list("volumeMounts"))
                lines.add("      " + mount.object().text("mountPath") + " from "
                        + mount.object().text("name") + " (rw)");
        }
        ListTree volumes = template.object("spec").list("volumes");
        lines.add("  Volumes:\t" + (volumes.isEmpty() ? "<none>" : ""));
        for (Tree volume : volumes) lines.add("   " + volume.object().text("name"));
        return lines;
    }
}
