package io.amphora.machinery.tree;

import java.util.ArrayList;
import java.util.List;

/// The order in which go-yaml writes keys: letters by themselves, numbers by their value, other characters before
/// letters.
final class YamlKeys {
    private YamlKeys() {}

    /// The names in that order. It is no total order (`2` < `11` < `1a` < `2`), so the library's sort would
    /// rightly
    /// complain.
    static List<String> sorted(List<String> names) {
        var sorted = new ArrayList<String>(names.size());
        for (String name : names) {
            int low = 0;
            int high = sorted.size();
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (compare(sorted.get(middle), name) <= 0) low = middle + 1;
                else high = middle;
            }
            sorted.add(low, name);
        }
        return sorted;
    }

    private static int compare(String a, String b) {
        if (a.equals(b)) return 0;
        int[] x = a.codePoints().toArray();
        int[] y = b.codePoints().toArray();
        for (int i = 0; i < x.length && i < y.length; i++) {
            if (x[i] == y[i]) continue;
            boolean letterX = Character.isLetter(x[i]);
            boolean letterY = Character.isLetter(y[i]);
            if (letterX && letterY) return Integer.compare(x[i], y[i]);
            if (letterX || letterY) return letterY ? -1 : 1;
            return numbers(x, y, i);
        }
        return Integer.compare(x.length, y.length);
    }

    /// Two keys that first differ at `at`, where neither has a letter: by the value of the digits there. A zero
    /// within
    /// a number does not begin one.
    private static int numbers(int[] x, int[] y, int at) {
        long seed = 0;
        if (x[at] == '0' || y[at] == '0')
            for (int j = at - 1; j >= 0 && Character.isDigit(x[j]); j--)
                if (x[j] != '0') {
                    seed = 1;
                    break;
                }
        int endX = end(x, at);
        int endY = end(y, at);
        long numberX = value(x, at, endX, seed);
        long numberY = value(y, at, endY, seed);
        if (numberX != numberY) return Long.compare(numberX, numberY);
        if (endX != endY) return Integer.compare(endX, endY);
        return Integer.compare(x[at], y[at]);
    }

    private static int end(int[] text, int from) {
        int end = from;
        while (end < text.length && Character.isDigit(text[end])) end++;
        return end;
    }

    private static long value(int[] text, int from, int end, long seed) {
        long value = seed;
        for (int i = from; i < end; i++) value = value * 10 + text[i] - '0';
        return value;
    }
}
