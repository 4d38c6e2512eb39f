package io.amphora.api.batch.v1;

import io.amphora.machinery.field.GoText;
import java.util.ArrayList;
import java.util.List;

/// Indexes of an Indexed Job in short form: `0,2-5,7`, rising.
public record JobIndexes(List<Interval> intervals) {
    public static final JobIndexes NONE = new JobIndexes(List.of());

    /// From and to, both included.
    public record Interval(int first, int last) {}

    /// A text that names no indexes, or too large ones.
    public static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String why) {
            super(why);
        }
    }

    /// @param completions how many indexes there are
    /// @throws Unreadable with Kubernetes' wording
    public static JobIndexes parse(String text, int completions) throws Unreadable {
        if (text.isEmpty()) return NONE;
        var intervals = new ArrayList<Interval>();
        for (String part : text.split(",", -1)) {
            Interval interval = interval(part, completions);
            if (!intervals.isEmpty()) rising(intervals.getLast().last(), interval.first());
            intervals.add(interval);
        }
        return new JobIndexes(List.copyOf(intervals));
    }

    /// The intervals of a text that can be read, for comparing two of which one may be wrong.
    static JobIndexes readable(String text, int completions) {
        var intervals = new ArrayList<Interval>();
        for (String part : text.split(",", -1)) {
            try {
                intervals.add(interval(part, completions));
            } catch (Unreadable skipped) {
                // Told where the text itself is checked.
            }
        }
        return new JobIndexes(List.copyOf(intervals));
    }

    private static Interval interval(String text, int completions) throws Unreadable {
        String[] limits = text.split("-", -1);
        if (limits.length > 2)
            throw new Unreadable("the fragment " + GoText.quote(text)
                    + " violates the requirement that an index interval can have at most two parts separated by '-'");
        int first = index(limits[0], completions);
        if (limits.length == 1) return new Interval(first, first);
        int last = index(limits[1], completions);
        rising(first, last);
        return new Interval(first, last);
    }

    private static void rising(int previous, int current) throws Unreadable {
        if (previous >= current)
            throw new Unreadable("non-increasing order, previous: " + previous + ", current: " + current);
    }

    private static int index(String text, int completions) throws Unreadable {
        try {
            int index = Integer.parseInt(text);
            if (index >= completions) throw new Unreadable("too large index: " + GoText.quote(text));
            return index;
        } catch (NumberFormatException notANumber) {
            throw new Unreadable("cannot convert string to integer for index: " + GoText.quote(text));
        }
    }

    public int count() {
        return intervals.stream()
                .mapToInt(interval -> interval.last() - interval.first() + 1)
                .sum();
    }

    /// The least index that both have, -1 for none.
    int common(JobIndexes other) {
        for (Interval mine : intervals)
            for (Interval theirs : other.intervals)
                if (mine.first() <= theirs.last() && theirs.first() <= mine.last())
                    return Math.max(mine.first(), theirs.first());
        return -1;
    }
}
