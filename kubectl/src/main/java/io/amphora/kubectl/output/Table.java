package io.amphora.kubectl.output;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Rows under aligned headings, as `kubectl get` prints them: columns three blanks apart, the last one unpadded.
public final class Table {
    private final List<String> rows = new ArrayList<>();

    public Table(String... headings) {
        if (headings.length > 0) rows.add(String.join("\t", headings));
    }

    public void add(List<String> cells) {
        rows.add(String.join("\t", cells.stream().map(Table::oneLine).toList()));
    }

    public void add(String... cells) {
        add(List.of(cells));
    }

    public List<String> lines() {
        return lines(new TabWriter(6, 3));
    }

    public List<String> lines(TabWriter writer) {
        return writer.align(rows);
    }

    /// A cell shows the first line of a text, and no letters that would move the terminal's cursor.
    private static String oneLine(String cell) {
        int end = cell.indexOf('\n');
        return (end < 0 ? cell : cell.substring(0, end) + "...")
                .replace('\t', ' ')
                .replace("\u001b", "^[");
    }

    /// How a server's Table (meta.k8s.io/v1) is shown.
    ///
    /// @param wide with the columns of lower priority
    /// @param kindPrefix `pod`, where several kinds are shown
    /// @param labels labels that get a column of their own
    public record Style(
            boolean headings,
            boolean namespaces,
            boolean wide,
            String kindPrefix,
            boolean showLabels,
            List<String> labels) {}

    public static Table of(ObjectTree table, Style style) {
        var shown = new Table();
        List<ObjectTree> columns =
                table.list("columnDefinitions").stream().map(Tree::object).toList();
        List<Integer> picked = new ArrayList<>();
        for (int i = 0; i < columns.size(); i++)
            if (style.wide() || columns.get(i).whole("priority") == 0) picked.add(i);
        if (style.headings()) {
            var headings = new ArrayList<String>();
            if (style.namespaces()) headings.add("NAMESPACE");
            for (int i : picked) headings.add(columns.get(i).text("name").toUpperCase(Locale.ROOT));
            for (String label : style.labels())
                headings.add(label.substring(label.lastIndexOf('/') + 1).toUpperCase(Locale.ROOT));
            if (style.showLabels()) headings.add("LABELS");
            shown.add(headings);
        }
        for (Tree row : table.list("rows")) shown.add(cells(row.object(), picked, style));
        return shown;
    }

    private static List<String> cells(ObjectTree row, List<Integer> picked, Style style) {
        ObjectTree metadata = row.object("object").object("metadata");
        ListTree all = row.list("cells");
        var cells = new ArrayList<String>();
        if (style.namespaces()) cells.add(metadata.text("namespace"));
        for (int i : picked) {
            String cell = i < all.size() ? text(all.get(i)) : "";
            cells.add(i == 0 && !style.kindPrefix().isEmpty() ? style.kindPrefix() + "/" + cell : cell);
        }
        ObjectTree labels = metadata.object("labels");
        for (String label : style.labels()) cells.add(labels.text(label));
        if (style.showLabels()) cells.add(labelsOf(labels));
        return cells;
    }

    /// `a=b,c=d`, or `<none>`.
    public static String labelsOf(ObjectTree labels) {
        var pairs = new ArrayList<String>();
        labels.forEach(pair -> pairs.add(pair.getKey() + "=" + text(pair.getValue())));
        return pairs.isEmpty() ? "<none>" : String.join(",", pairs);
    }

    private static String text(Tree cell) {
        return cell.isNull() ? "<none>" : GoValues.print(cell);
    }
}
