package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.Client;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Raw;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.FieldOrder;
import io.amphora.kubectl.output.Printer;
import io.amphora.kubectl.output.TabWriter;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.jsonpath.JsonPath;
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
        return "kubectl get (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE/NAME ... | -f FILE)"
                + " [-o wide|yaml|json|name|jsonpath=...|custom-columns=...|go-template=...] [-w] [-A]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .output()
                .bool("all-namespaces", 'A')
                .bool("watch", 'w')
                .bool("watch-only", "output-watch-events", "no-headers", "show-labels", "show-kind")
                .bool("ignore-not-found", "server-print")
                .commas("label-columns", 'L')
                .whole("chunk-size")
                .text("sort-by", "subresource", "raw");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.has("raw")) {
            if (!flags.arguments().isEmpty())
                throw Failure.error("arguments may not be passed when --raw is specified");
            Raw.request(session, "GET");
            return;
        }
        String output = flags.text("output");
        boolean table = (output.isEmpty() && flags.text("template").isEmpty()) || output.equals("wide");
        Printer printer = table ? Printer.NOTHING : Printer.of(session, Printer.ALL);
        if (flags.arguments().isEmpty() && !io.amphora.kubectl.Manifests.named(flags))
            throw Failure.plain(
                    "You must specify the type of resource to get. Use \"kubectl api-resources\" for a complete list of"
                            + " supported resources.\n\nerror: Required resource not specified.\nUse \"kubectl explain <resource>\" for a"
                            + " detailed description of that resource (e.g. kubectl explain pods).\nSee 'kubectl get -h' for help and examples");
        var problems = new Problems();
        List<Selection> selections = Selection.of(session, Selection.Rules.BARE, flags.arguments(), problems);
        if (flags.isSet("watch") || flags.isSet("watch-only")) new Watch(session, selections, printer).run();
        else if (table) new Tables(session, problems).print(selections);
        else objects(session, selections, printer, problems);
        problems.conclude(session);
    }

    /// Tables of several kinds, one below the other.
    private record Tables(Session session, Problems problems) {
        void print(List<Selection> selections) {
            Flags flags = session.flags();
            Map<Kind, ObjectTree> byKind = new LinkedHashMap<>();
            Client asking = session.client().withHeader("accept", AS_TABLE);
            for (Selection selection : selections) {
                try {
                    ObjectTree table = table(asking, selection);
                    byKind.merge(selection.kind(), table, Tables::join);
                } catch (ApiException refused) {
                    if (Selection.isMissing(refused) && flags.isSet("ignore-not-found")) continue;
                    problems.add(io.amphora.kubectl.Refusals.describe(refused));
                }
            }
            boolean prefixed = byKind.size() > 1 || flags.isSet("show-kind");
            var lines = new ArrayList<String>();
            for (var entry : byKind.entrySet()) {
                List<Tree> rows = sorted(entry.getValue().list("rows").items());
                if (rows.isEmpty()) continue;
                if (!lines.isEmpty() && !flags.isSet("no-headers")) lines.add("");
                String prefix = prefixed ? KindTable.singularName(entry.getKey()) : "";
                lines.addAll(Table.of(
                                entry.getValue().with("rows", new ListTree(rows)),
                                style(session, entry.getKey(), prefix, true))
                        .lines());
            }
            lines.forEach(session::print);
            if (lines.isEmpty() && problems.isEmpty() && !flags.isSet("ignore-not-found"))
                session.warn(nothing(session, selections));
        }

        private ObjectTree table(Client asking, Selection selection) {
            try {
                return asking.call("GET", path(session, selection), query(selection), null);
            } catch (ApiException refused) {
                throw selection.isNamed() ? refused : selection.unlistable(session, refused);
            }
        }

        private Map<String, List<String>> query(Selection selection) {
            var query = new LinkedHashMap<String, List<String>>();
            if (!selection.isNamed())
                query.putAll(Selection.options(session.flags()).query());
            if (session.flags().has("sort-by")) query.put("includeObject", List.of("Object"));
            return query;
        }

        private List<Tree> sorted(List<Tree> rows) {
            String by = session.flags().text("sort-by");
            if (by.isEmpty() || rows.isEmpty()) return rows;
            try {
                return FieldOrder.by(by).sort(rows, row -> row.object().get("object"));
            } catch (JsonPath.Mistake wrong) {
                return List.of();
            }
        }

        private static ObjectTree join(ObjectTree left, ObjectTree right) {
            var rows = new ArrayList<Tree>(left.list("rows").items());
            rows.addAll(right.list("rows").items());
            return left.with("rows", new ListTree(rows));
        }
    }

    static String nothing(Session session, List<Selection> selections) {
        boolean namespaced = !session.flags().isSet("all-namespaces")
                && selections.stream().allMatch(selection -> selection.kind().namespaced());
        return namespaced ? "No resources found in " + session.namespace() + " namespace." : "No resources found";
    }

    private static Table.Style style(Session session, Kind kind, String prefix, boolean headings) {
        Flags flags = session.flags();
        return new Table.Style(
                headings && !flags.isSet("no-headers"),
                flags.isSet("all-namespaces") && kind.namespaced(),
                flags.text("output").equals("wide"),
                prefix,
                flags.isSet("show-labels"),
                flags.list("label-columns"));
    }

    private static void objects(Session session, List<Selection> selections, Printer printer, Problems problems) {
        List<Tree> found = new ArrayList<>();
        for (Selection selection : selections) {
            try {
                if (!session.flags().text("subresource").isEmpty())
                    found.add(session.client().get(path(session, selection)));
                else selection.read(session).forEach(each -> found.add(each.object()));
            } catch (ApiException refused) {
                if (Selection.isMissing(refused) && session.flags().isSet("ignore-not-found")) continue;
                problems.add(io.amphora.kubectl.Refusals.describe(refused));
            }
        }
        boolean single = selections.size() == 1 && selections.getFirst().isNamed();
        if (single) {
            if (!found.isEmpty()) printer.print(found.getFirst().object());
            return;
        }
        if (found.isEmpty() && !problems.isEmpty()) return;
        boolean ignored = found.isEmpty()
                && session.flags().isSet("ignore-not-found")
                && selections.stream().allMatch(Selection::isNamed);
        if (ignored) return;
        String by = session.flags().text("sort-by");
        try {
            List<Tree> ordered =
                    by.isEmpty() || found.isEmpty() ? found : FieldOrder.by(by).sort(found, item -> item);
            printer.print(list(ordered.stream().map(Tree::object).toList()));
        } catch (JsonPath.Mistake wrong) {
            throw Failure.error(wrong.shown());
        }
    }

    /// Objects of any kinds as one.
    static ObjectTree list(List<ObjectTree> items) {
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

    private static String path(Session session, Selection selection) {
        String collection = selection.kind().target().path(selection.namespace());
        String subresource = session.flags().text("subresource");
        if (!selection.isNamed()) {
            if (!subresource.isEmpty())
                throw Failure.error("subresource cannot be used when bulk resources are specified");
            return collection;
        }
        return collection + "/" + selection.name() + (subresource.isEmpty() ? "" : "/" + subresource);
    }

    /// Shows what is there, and then every change.
    private static final class Watch {
        private final Session session;
        private final Selection selection;
        private final Printer printer;
        private final TabWriter writer = TabWriter.remembering(6, 3);
        private ListTree columns = ListTree.EMPTY;
        private boolean headed;

        Watch(Session session, List<Selection> selections, Printer printer) {
            if (selections.stream().map(Selection::kind).distinct().count() > 1)
                throw Failure.error("you may only specify a single resource type");
            if (selections.size() != 1)
                throw Failure.error("watch is only supported on individual resources and resource collections - "
                        + selections.size() + " resources were found");
            this.session = session;
            this.selection = selections.getFirst();
            this.printer = printer;
        }

        void run() {
            Kind kind = selection.kind();
            boolean table = printer == Printer.NOTHING;
            Client asking = table ? session.client().withHeader("accept", AS_TABLE) : session.client();
            ListOptions options = Selection.options(session.flags());
            if (selection.isNamed()) {
                session.resource(kind, selection.namespace()).get(selection.name());
                options = options.withFields("metadata.name=" + selection.name());
            }
            ObjectTree now = asking.call("GET", kind.target().path(selection.namespace()), options.query(), null);
            if (!session.flags().isSet("watch-only")) show("ADDED", now);
            var ended = new CountDownLatch(1);
            var from = options.withResourceVersion(now.object("metadata").text("resourceVersion"));
            try (var subscription = asking.resource(kind.target())
                    .inNamespace(kind.namespaced() ? selection.namespace() : "")
                    .watch(
                            from,
                            event -> {
                                if (!event.type().equals("BOOKMARK")
                                        && !event.type().equals("ERROR")) show(event.type(), event.object());
                            },
                            ended::countDown)) {
                ended.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        private void show(String type, ObjectTree answer) {
            if (printer != Printer.NOTHING) {
                boolean list = answer.text("kind").endsWith("List") && answer.has("items");
                for (Tree item : list ? answer.list("items") : ListTree.of(answer))
                    printer.print(event(type, item.object()));
            } else if (!answer.list("rows").isEmpty()) {
                Table.of(eventful(type, withColumns(answer)), style(session, selection.kind(), "", !headed))
                        .lines(writer)
                        .forEach(session::print);
                headed = true;
            }
            session.console().out().flush();
        }

        /// Only the first table of a watch says what its columns are.
        private ObjectTree withColumns(ObjectTree table) {
            if (!table.list("columnDefinitions").isEmpty()) columns = table.list("columnDefinitions");
            return table.with("columnDefinitions", columns);
        }

        private ObjectTree event(String type, ObjectTree object) {
            ObjectTree whole = object.has("kind")
                    ? object
                    : object.with("apiVersion", selection.kind().gvk().apiVersion())
                            .with("kind", selection.kind().gvk().kind());
            return session.flags().isSet("output-watch-events") ? ObjectTree.of("type", type, "object", whole) : whole;
        }

        /// The table with what happened in front.
        private ObjectTree eventful(String type, ObjectTree table) {
            if (!session.flags().isSet("output-watch-events")) return table;
            var columns = new ArrayList<Tree>(List.of(ObjectTree.of("name", "event", "priority", 0)));
            columns.addAll(table.list("columnDefinitions").items());
            ListTree rows = table.list("rows").map(row -> {
                var cells = new ArrayList<Tree>(List.of(Tree.of(String.format("%-8s", type))));
                cells.addAll(row.object().list("cells").items());
                return row.object().with("cells", new ListTree(cells));
            });
            return table.with("columnDefinitions", new ListTree(columns)).with("rows", rows);
        }
    }
}
