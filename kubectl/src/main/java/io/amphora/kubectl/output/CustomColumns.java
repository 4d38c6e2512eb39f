package io.amphora.kubectl.output;

import io.amphora.kubectl.Failure;
import io.amphora.machinery.jsonpath.JsonPath;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `-o custom-columns=NAME:.metadata.name,…`: a table whose columns the user chooses.
public final class CustomColumns {
    private record Column(String heading, JsonPath path) {}

    private final List<Column> columns;

    private CustomColumns(List<Column> columns) {
        this.columns = columns;
    }

    public static CustomColumns parse(String spec) {
        var columns = new ArrayList<Column>();
        for (String part : spec.split(",")) {
            String[] halves = part.split(":", 2);
            if (halves.length != 2 || halves[0].isEmpty())
                throw Failure.error("unexpected custom-columns spec: " + part + ", expected <header>:<json-path-expr>");
            columns.add(column(halves[0], halves[1]));
        }
        return new CustomColumns(columns);
    }

    /// A file of two lines: headings, and the paths below them.
    public static CustomColumns ofFile(String text) {
        List<String> lines = text.lines().toList();
        String[] headings =
                lines.isEmpty() ? new String[0] : lines.getFirst().strip().split("\\s+");
        String[] paths = lines.size() < 2 ? new String[0] : lines.get(1).strip().split("\\s+");
        if (headings.length != paths.length)
            throw Failure.error("number of headers (" + headings.length + ") and field specifications (" + paths.length
                    + ") don't match");
        var columns = new ArrayList<Column>();
        for (int i = 0; i < headings.length; i++) columns.add(column(headings[i], paths[i]));
        return new CustomColumns(columns);
    }

    private static Column column(String heading, String path) {
        try {
            return new Column(heading, JsonPath.parse(JsonPath.relaxed(path)));
        } catch (JsonPath.Mistake wrong) {
            throw Failure.error(wrong.shown());
        }
    }

    public List<String> lines(List<ObjectTree> objects, boolean headings) {
        var rows = new ArrayList<String>();
        if (headings)
            rows.add(String.join("\t", columns.stream().map(Column::heading).toList()));
        for (ObjectTree object : objects)
            rows.add(String.join(
                    "\t", columns.stream().map(column -> cell(column, object)).toList()));
        return new TabWriter(6, 3).align(rows);
    }

    private static String cell(Column column, ObjectTree object) {
        List<Tree> found = column.path().find(object);
        return found.isEmpty()
                ? "<none>"
                : String.join(
                        ",",
                        found.stream()
                                .map(tree -> tree.isNull() ? "<none>" : GoValues.print(tree))
                                .toList());
    }
}
