package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.Client;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Kubectl;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// `get`: shows objects, as tables that the server makes or as the objects themselves.
final class Get implements Command {
    private static final String AS_TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

    /// What is asked of one kind in one request: all of it, or one object.
    private record Question(Kind kind, String namespace, String name) {}

    @Override
    public String name() {
        return "get";
    }

    @Override
    public String summary() {
        return "Display one or many resources";
    }

    @Override
    public String usage() {
        return "kubectl get (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE/NAME ... | -f FILE) [-o wide|yaml|json|name|jsonpath=...] [-w] [-A]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .text("output", 'o')
                .bool("watch", 'w')
                .bool("watch-only")
                .bool("no-headers")
                .bool("show-labels")
                .bool("show-kind")
                .bool("ignore-not-found")
                .list("label-columns", 'L')
                .text("chunk-size")
                .text("subresource");
    }

    @Override
    public void run(Session session) {
        if (session.flags().arguments().isEmpty() && !session.flags().has("filename"))
            throw Failure.plain(
                    "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of"
                            + " supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a"
                            + " detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples");
        List<Selection> selections = Selection.of(session, "get");
        String output = session.flags().text("output");
        boolean table = output.isEmpty() || output.equals("wide");
        if (session.flags().isSet("watch") || session.flags().isSet("watch-only")) watch(session, selections, table);
        else if (table) tables(session, selections);
        else objects(session, selections, Printer.of(output, session.console().out()));
    }

    private static void tables(Session session, List<Selection> selections) {
        Map<Kind, ObjectTree> byKind = new LinkedHashMap<>();
        boolean failed = false;
        Client asking = session.client().withHeader("accept", AS_TABLE);
        for (Selection selection : selections) {
            try {
                ObjectTree table = asking.call("GET", path(selection), query(session, selection), null);
                byKind.merge(selection.kind(), table, Get::join);
            } catch (ApiException refused) {
                if (refused.code() == 404 && session.flags().isSet("ignore-not-found")) continue;
                session.warn(Kubectl.describe(refused));
                failed = true;
            }
        }
        byKind.values().removeIf(table -> table.list("rows").isEmpty());
        boolean prefixed = selections.stream().map(Selection::kind).distinct().count() > 1
                || session.flags().isSet("show-kind");
        boolean separate = false;
        for (var entry : byKind.entrySet()) {
            if (separate) session.print("");
            separate = true;
            String prefix = prefixed ? KindTable.singularName(entry.getKey()) : "";
            Table.of(entry.getValue(), style(session, entry.getKey(), prefix, true))
                    .lines()
                    .forEach(session::print);
        }
        if (byKind.isEmpty() && !failed && !session.flags().isSet("ignore-not-found"))
            session.warn(nothing(selections));
        if (failed) throw Failure.silent(1);
    }

    private static ObjectTree join(ObjectTree left, ObjectTree right) {
        var rows = new ArrayList<Tree>(left.list("rows").items());
        rows.addAll(right.list("rows").items());
        return left.with("rows", new ListTree(rows));
    }

    private static String nothing(List<Selection> selections) {
        Selection first = selections.getFirst();
        return !first.kind().namespaced() || first.namespace().isEmpty()
                ? "No resources found"
                : "No resources found in " + first.namespace() + " namespace.";
    }

    private static Table.Style style(Session session, Kind kind, String prefix, boolean headings) {
        Flags flags = session.flags();
        return new Table.Style(
                headings && !flags.isSet("no-headers"),
                flags.isSet("all-namespaces") && kind.namespaced(),
                flags.text("output").equals("wide"),
                prefix,
                flags.isSet("show-labels"),
                flags.list("label-columns").stream()
                        .flatMap(each -> List.of(each.split(",")).stream())
                        .toList());
    }

    private static void objects(Session session, List<Selection> selections, Printer printer) {
        var found = new ArrayList<ObjectTree>();
        var kinds = new ArrayList<Kind>();
        boolean failed = false;
        for (Selection selection : selections) {
            try {
                for (ObjectTree object : selection.read(session)) {
                    found.add(object);
                    kinds.add(selection.kind());
                }
            } catch (ApiException refused) {
                if (refused.code() == 404 && session.flags().isSet("ignore-not-found")) continue;
                session.warn(Kubectl.describe(refused));
                failed = true;
            }
        }
        if (session.flags().text("output").equals("name"))
            for (int i = 0; i < found.size(); i++) printer.print(found.get(i), kinds.get(i));
        else if (selections.size() == 1 && selections.getFirst().isNamed()) {
            if (!found.isEmpty()) printer.print(found.getFirst(), kinds.getFirst());
        } else if (!failed || !found.isEmpty()) printer.print(list(found));
        if (failed) throw Failure.silent(1);
    }

    private static ObjectTree list(List<ObjectTree> items) {
        return ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "List",
                "metadata",
                ObjectTree.of("resourceVersion", ""),
                "items",
                new ListTree(List.copyOf(items)));
    }

    private static void watch(Session session, List<Selection> selections, boolean table) {
        if (selections.size() != 1) throw Failure.error("you may only specify a single resource type");
        Selection selection = selections.getFirst();
        Client asking = table ? session.client().withHeader("accept", AS_TABLE) : session.client();
        ListOptions options = Selection.options(session.flags());
        if (selection.isNamed()) options = options.withFields("metadata.name=" + selection.name());
        ObjectTree now =
                asking.call("GET", selection.kind().target().path(selection.namespace()), options.query(), null);
        boolean headings = !session.flags().isSet("watch-only");
        if (headings) show(session, selection, now, table, true);
        var ended = new CountDownLatch(1);
        var shownHeadings = new boolean[] {headings && !now.list("rows").isEmpty()};
        var from = options.withResourceVersion(now.object("metadata").text("resourceVersion"));
        try (var subscription = asking.resource(selection.kind().target())
                .inNamespace(selection.kind().namespaced() ? selection.namespace() : "")
                .watch(
                        from,
                        event -> {
                            if (event.type().equals("BOOKMARK") || event.type().equals("ERROR")) return;
                            show(session, selection, event.object(), table, !shownHeadings[0]);
                            shownHeadings[0] = true;
                            session.console().out().flush();
                        },
                        ended::countDown)) {
            ended.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void show(Session session, Selection selection, ObjectTree answer, boolean table, boolean headings) {
        if (table) {
            if (!answer.list("rows").isEmpty())
                Table.of(answer, style(session, selection.kind(), "", headings))
                        .lines()
                        .forEach(session::print);
            return;
        }
        var printer =
                Printer.of(session.flags().text("output"), session.console().out());
        if (!answer.text("kind").endsWith("List")) printer.print(answer, selection.kind());
        else for (Tree item : answer.list("items")) printer.print(item.object(), selection.kind());
    }

    private static String path(Selection selection) {
        String collection = selection.kind().target().path(selection.namespace());
        return selection.isNamed() ? collection + "/" + selection.name() : collection;
    }

    private static Map<String, List<String>> query(Session session, Selection selection) {
        return selection.isNamed()
                ? Map.of()
                : Selection.options(session.flags()).query();
    }
}
