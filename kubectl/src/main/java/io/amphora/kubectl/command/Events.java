package io.amphora.kubectl.command;

import io.amphora.api.HumanDuration;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// `events`: what happened, of one object or of all, by time.
final class Events implements Command {
    @Override
    public String name() {
        return "events";
    }

    @Override
    public String summary() {
        return "List events";
    }

    @Override
    public String usage() {
        return "kubectl events [--for TYPE/NAME] [--types=Normal,Warning] [-A] [-w]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.output()
                .bool("all-namespaces", 'A')
                .bool("watch", 'w')
                .bool("no-headers")
                .text("for")
                .commas("types")
                .whole("chunk-size");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        for (String type : flags.list("types"))
            if (!type.equalsIgnoreCase("Normal") && !type.equalsIgnoreCase("Warning"))
                throw Failure.error("valid --types are Normal or Warning");
        String output = flags.text("output");
        Printer printer =
                output.isEmpty() || output.equals("wide") ? Printer.NOTHING : Printer.of(session, Printer.OBJECTS);
        boolean everywhere = flags.isSet("all-namespaces");
        Kind kind = session.kinds().named("events.v1.");
        var options = options(session);
        List<ObjectTree> events =
                session.resource(kind, everywhere ? "" : session.namespace()).listAll(options).items().stream()
                        .map(each -> each.tree())
                        .filter(event -> isWanted(flags, event))
                        .sorted(Comparator.comparing(Events::at))
                        .toList();
        if (printer != Printer.NOTHING) {
            if (!output.equals("name"))
                printer.print(Get.list(events).with("kind", "EventList").with("metadata", ObjectTree.EMPTY));
            return;
        }
        if (events.isEmpty()) {
            session.warn(everywhere ? "No events found." : "No events found in " + session.namespace() + " namespace.");
            return;
        }
        var table = new Table();
        if (!flags.isSet("no-headers")) {
            var headings = new ArrayList<>(List.of("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE"));
            if (everywhere) headings.addFirst("NAMESPACE");
            table.add(headings);
        }
        for (ObjectTree event : events) table.add(row(session, event, everywhere));
        table.lines().forEach(session::print);
    }

    private static ListOptions options(Session session) {
        String about = session.flags().text("for");
        if (about.isEmpty()) return ListOptions.ALL;
        String[] parts = about.split("/", -1);
        if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty())
            throw Failure.error("--for must be in resource/name form");
        Kind kind = session.kinds()
                .findNamed(parts[0])
                .orElseThrow(() -> Failure.plain("the server doesn't have a resource type \"" + parts[0] + "\""));
        return ListOptions.ALL.withFields(
                "involvedObject.kind=" + kind.gvk().kind() + ",involvedObject.name=" + parts[1]);
    }

    private static boolean isWanted(Flags flags, ObjectTree event) {
        return flags.list("types").isEmpty()
                || flags.list("types").stream().anyMatch(type -> type.equalsIgnoreCase(event.text("type")));
    }

    private static String at(ObjectTree event) {
        String series = event.object("series").text("lastObservedTime");
        if (!series.isEmpty()) return series;
        String last = event.text("lastTimestamp");
        return last.isEmpty() ? event.text("eventTime") : last;
    }

    private static List<String> row(Session session, ObjectTree event, boolean everywhere) {
        ObjectTree about = event.object("involvedObject");
        var cells = new ArrayList<String>();
        if (everywhere) cells.add(event.object("metadata").text("namespace"));
        cells.addAll(List.of(
                age(session, event),
                event.text("type"),
                event.text("reason"),
                about.text("kind") + "/" + about.text("name"),
                event.text("message").strip()));
        return cells;
    }

    private static String age(Session session, ObjectTree event) {
        String first = event.text("firstTimestamp").isEmpty() ? event.text("eventTime") : event.text("firstTimestamp");
        ObjectTree series = event.object("series");
        if (!series.isEmpty())
            return since(session, series.text("lastObservedTime")) + " (x" + series.whole("count") + " over "
                    + since(session, first) + ")";
        if (event.whole("count") > 1)
            return since(session, event.text("lastTimestamp")) + " (x" + event.whole("count") + " over "
                    + since(session, first) + ")";
        return since(session, first);
    }

    private static String since(Session session, String time) {
        return time.isEmpty()
                ? "<unknown>"
                : HumanDuration.of(
                        Duration.between(Instant.parse(time), session.clock().now()));
    }
}
