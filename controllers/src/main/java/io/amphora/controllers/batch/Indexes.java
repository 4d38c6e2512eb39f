package io.amphora.controllers.batch;

import java.util.Collection;
import java.util.TreeSet;

/// Sets of completion indexes as Jobs write them: `0-3,5,7,8`. Three and more in a row are a range.
final class Indexes {
    private Indexes() {}

    /// What is not a number, or not below `limit`, is left out.
    static TreeSet<Integer> parse(String text, int limit) {
        var indexes = new TreeSet<Integer>();
        for (String part : text.split(",")) {
            String[] ends = part.split("-", 2);
            try {
                int first = Integer.parseInt(ends[0]);
                int last = ends.length == 1 ? first : Integer.parseInt(ends[1]);
                for (int i = first; i <= last && i < limit; i++) indexes.add(i);
            } catch (NumberFormatException empty) {
                // An empty text has one empty part.
            }
        }
        return indexes;
    }

    static String text(Collection<Integer> indexes) {
        var text = new StringBuilder();
        int first = -1;
        int last = -2;
        for (int index : new TreeSet<>(indexes)) {
            if (index != last + 1) {
                close(text, first, last);
                first = index;
            }
            last = index;
        }
        close(text, first, last);
        return text.toString();
    }

    private static void close(StringBuilder text, int first, int last) {
        if (first < 0) return;
        if (!text.isEmpty()) text.append(',');
        text.append(first);
        if (last > first) text.append(last > first + 1 ? '-' : ',').append(last);
    }
}
