package io.amphora.kubectl.output;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Aligns text whose cells end in tabs, as elastic tabstops do: a column is a run of lines that have a cell
/// there, and as wide as the widest of them. What follows a line's last tab belongs to no column.
public final class TabWriter {
    private final int minimum;
    private final int padding;
    private final @Nullable List<Integer> remembered;

    /// @param minimum the least width of a column, padding included
    /// @param padding blanks behind the widest cell
    public TabWriter(int minimum, int padding) {
        this(minimum, padding, null);
    }

    private TabWriter(int minimum, int padding, @Nullable List<Integer> remembered) {
        this.minimum = minimum;
        this.padding = padding;
        this.remembered = remembered;
    }

    /// One whose columns never become narrower, for lines that come one by one.
    public static TabWriter remembering(int minimum, int padding) {
        return new TabWriter(minimum, padding, new ArrayList<>());
    }

    public List<String> align(List<String> lines) {
        List<List<String>> cells =
                lines.stream().map(line -> List.of(line.split("\t", -1))).toList();
        var aligned = new ArrayList<String>();
        align(cells, 0, cells.size(), new ArrayList<>(), aligned);
        return aligned;
    }

    private void align(List<List<String>> lines, int from, int to, List<Integer> widths, List<String> out) {
        int column = widths.size();
        int next = from;
        for (int line = from; line < to; line++) {
            if (column >= lines.get(line).size() - 1) continue;
            for (; next < line; next++) out.add(line(lines.get(next), widths));
            int end = line;
            int width = minimum;
            for (; end < to && column < lines.get(end).size() - 1; end++)
                width = Math.max(width, length(lines.get(end).get(column)) + padding);
            widths.add(remembered(column, width));
            align(lines, line, end, widths, out);
            widths.removeLast();
            next = end;
            line = end - 1;
        }
        for (; next < to; next++) out.add(line(lines.get(next), widths));
    }

    private int remembered(int column, int width) {
        if (remembered == null) return width;
        while (remembered.size() <= column) remembered.add(0);
        int widest = Math.max(width, remembered.get(column));
        remembered.set(column, widest);
        return widest;
    }

    private static String line(List<String> cells, List<Integer> widths) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            line.append(cells.get(i));
            if (i < widths.size()) line.repeat(' ', Math.max(0, widths.get(i) - length(cells.get(i))));
        }
        return line.toString();
    }

    private static int length(String cell) {
        return cell.codePointCount(0, cell.length());
    }
}
