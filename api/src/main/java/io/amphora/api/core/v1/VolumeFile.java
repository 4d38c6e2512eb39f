package io.amphora.api.core.v1;

import io.amphora.machinery.field.GoText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// A file of a volume; `source` says which projection it comes from, "" in a volume of one source.
record VolumeFile(String path, String source) {
    /// More overlaps than a warning has room for.
    private static final int MOST = 400;

    private record Overlap(int later, int earlier) {}

    /// Which files hide one another, each pair as `"a/b" with "a"`, in the order of the list. In the order of their
    /// paths a folder stands before all that lies in it, so that one pass suffices.
    static List<String> overlaps(List<VolumeFile> files) {
        var found = new ArrayList<Overlap>();
        var above = new ArrayDeque<Integer>();
        var sorted = IntStream.range(0, files.size())
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> files.get(i).path(), VolumeFile::compare))
                .toList();
        for (int at : sorted) {
            while (!above.isEmpty() && !files.get(above.peek()).holds(files.get(at))) above.pop();
            for (int folder : above) {
                if (found.size() == MOST) break;
                found.add(new Overlap(Math.max(at, folder), Math.min(at, folder)));
            }
            above.push(at);
        }
        found.sort(Comparator.comparingInt(Overlap::later).thenComparingInt(Overlap::earlier));
        return found.stream()
                .map(each -> files.get(each.later) + " with " + files.get(each.earlier))
                .toList();
    }

    /// Whether the other is the same file or lies below this one.
    private boolean holds(VolumeFile other) {
        return other.path.startsWith(path)
                && (other.path.length() == path.length() || other.path.charAt(path.length()) == '/');
    }

    /// The order of texts, but with the slash before all else.
    private static int compare(String one, String other) {
        int shorter = Math.min(one.length(), other.length());
        for (int i = 0; i < shorter; i++) {
            char a = one.charAt(i);
            char b = other.charAt(i);
            if (a != b) return a == '/' ? -1 : b == '/' ? 1 : Character.compare(a, b);
        }
        return Integer.compare(one.length(), other.length());
    }

    @Override
    public String toString() {
        return source.isEmpty() ? GoText.quote(path) : GoText.quote(path) + " (" + source + ")";
    }
}
