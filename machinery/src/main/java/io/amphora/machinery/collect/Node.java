package io.amphora.machinery.collect;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A node of a [SortedPersistentMap]'s B+ tree; its arrays are never written after construction.
///
/// A change returns a node that may be one too wide or too narrow: the parent, which knows the neighbours, puts
/// it right.
sealed interface Node {
    int MAX_WIDTH = 32;
    int MIN_WIDTH = MAX_WIDTH / 4;

    /// How many keys are below here.
    int size();

    /// How many keys (leaf) or children (branch) this node itself has.
    int width();

    @Nullable
    Object get(String key);

    /// This very node when nothing changes.
    Node put(String key, Object value);

    /// This very node when nothing changes.
    Node remove(String key);

    /// How many keys come before `bound`; with `pastPrefix`, those that begin with `bound` count as before it.
    int countBefore(String bound, boolean pastPrefix);

    Node[] halves();

    /// This node and its right neighbour as one, which may be too wide.
    Node joined(Node right, String lowOfRight);

    private static boolean isBefore(String key, String bound, boolean pastPrefix) {
        return KeyOrder.compare(key, bound) < 0 || (pastPrefix && key.startsWith(bound));
    }

    /// How many of `keys`, from index `from` on, come before `bound`, plus `from`.
    private static int lowerBound(String[] keys, int from, String bound, boolean pastPrefix) {
        int low = from;
        int high = keys.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isBefore(keys[middle], bound, pastPrefix)) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    record Leaf(String[] keys, Object[] values) implements Node {
        @Override
        public int size() {
            return keys.length;
        }

        @Override
        public int width() {
            return keys.length;
        }

        @Override
        public @Nullable Object get(String key) {
            int at = indexOf(key);
            return at < 0 ? null : values[at];
        }

        @Override
        public Node put(String key, Object value) {
            int at = indexOf(key);
            if (at < 0) return new Leaf(inserted(keys, ~at, key), inserted(values, ~at, value));
            if (values[at] == value) return this;
            var changed = values.clone();
            changed[at] = value;
            return new Leaf(keys, changed);
        }

        @Override
        public Node remove(String key) {
            int at = indexOf(key);
            return at < 0 ? this : new Leaf(without(keys, at), without(values, at));
        }

        @Override
        public int countBefore(String bound, boolean pastPrefix) {
            return lowerBound(keys, 0, bound, pastPrefix);
        }

        @Override
        public Node[] halves() {
            int middle = keys.length / 2;
            return new Node[] {slice(0, middle), slice(middle, keys.length)};
        }

        @Override
        public Node joined(Node right, String lowOfRight) {
            var other = (Leaf) right;
            return new Leaf(concat(keys, other.keys), concat(values, other.values));
        }

        /// The index of `key`, or `~i` where it belongs at i.
        private int indexOf(String key) {
            int low = 0;
            int high = keys.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = KeyOrder.compare(keys[middle], key);
                if (order == 0) return middle;
                if (order < 0) low = middle + 1;
                else high = middle - 1;
            }
            return ~low;
        }

        private Leaf slice(int from, int to) {
            return new Leaf(Arrays.copyOfRange(keys, from, to), Arrays.copyOfRange(values, from, to));
        }
    }

    /// @param lows a lower bound of each child's keys that is above all keys of the child before; the first is
    ///     never looked at
    /// @param ends how many keys there are up to and with each child
    record Branch(String[] lows, Node[] children, int[] ends) implements Node {
        static Branch of(Node[] children) {
            var lows = new String[children.length];
            for (int i = 0; i < children.length; i++) lows[i] = lowOf(children[i]);
            return of(lows, children);
        }

        private static Branch of(String[] lows, Node[] children) {
            var ends = new int[children.length];
            int sum = 0;
            for (int i = 0; i < children.length; i++) ends[i] = sum += children[i].size();
            return new Branch(lows, children, ends);
        }

        @Override
        public int size() {
            return ends[ends.length - 1];
        }

        @Override
        public int width() {
            return children.length;
        }

        @Override
        public @Nullable Object get(String key) {
            return children[childFor(key)].get(key);
        }

        @Override
        public Node put(String key, Object value) {
            int at = childFor(key);
            var changed = children[at].put(key, value);
            return changed == children[at] ? this : withChild(at, changed);
        }

        @Override
        public Node remove(String key) {
            int at = childFor(key);
            var changed = children[at].remove(key);
            return changed == children[at] ? this : withChild(at, changed);
        }

        @Override
        public int countBefore(String bound, boolean pastPrefix) {
            int at = lowerBound(lows, 1, bound, pastPrefix) - 1;
            return countBeforeChild(at) + children[at].countBefore(bound, pastPrefix);
        }

        int countBeforeChild(int child) {
            return child == 0 ? 0 : ends[child - 1];
        }

        /// The child that holds the key at this position (from 0) of the node.
        int childAt(int position) {
            int low = 0;
            int high = ends.length - 1;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (ends[middle] <= position) low = middle + 1;
                else high = middle;
            }
            return low;
        }

        @Override
        public Node[] halves() {
            int middle = children.length / 2;
            return new Node[] {slice(0, middle), slice(middle, children.length)};
        }

        @Override
        public Node joined(Node right, String lowOfRight) {
            var other = (Branch) right;
            var joinedLows = concat(lows, other.lows);
            joinedLows[lows.length] = lowOfRight;
            return of(joinedLows, concat(children, other.children));
        }

        /// The last child whose low is not above `key`.
        private int childFor(String key) {
            int low = 1;
            int high = lows.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (KeyOrder.compare(lows[middle], key) <= 0) low = middle + 1;
                else high = middle;
            }
            return low - 1;
        }

        private Branch withChild(int at, Node child) {
            if (child.width() > MAX_WIDTH) return withSplit(at, child);
            if (child.width() < MIN_WIDTH && children.length > 1) return withMerged(at, child);
            var changed = children.clone();
            changed[at] = child;
            return withSizeOf(at, changed);
        }

        private Branch withSizeOf(int at, Node[] changed) {
            int difference = changed[at].size() - children[at].size();
            if (difference == 0) return new Branch(lows, changed, ends);
            var moved = ends.clone();
            for (int i = at; i < moved.length; i++) moved[i] += difference;
            return new Branch(lows, changed, moved);
        }

        private Branch withSplit(int at, Node wide) {
            var halves = wide.halves();
            var changed = inserted(children, at + 1, halves[1]);
            changed[at] = halves[0];
            return of(inserted(lows, at + 1, lowOf(halves[1])), changed);
        }

        private Branch withMerged(int at, Node narrow) {
            int left = at == 0 ? 0 : at - 1;
            var joined = at == 0 ? narrow.joined(children[1], lows[1]) : children[left].joined(narrow, lows[at]);
            var changed = without(children, left + 1);
            changed[left] = joined;
            var shorter = new Branch(without(lows, left + 1), changed, ends);
            return joined.width() > MAX_WIDTH ? shorter.withSplit(left, joined) : of(shorter.lows, changed);
        }

        private Branch slice(int from, int to) {
            return of(Arrays.copyOfRange(lows, from, to), Arrays.copyOfRange(children, from, to));
        }

        private static String lowOf(Node node) {
            return switch (node) {
                case Leaf leaf -> leaf.keys[0];
                case Branch branch -> branch.lows[0];
            };
        }
    }

    private static <T> T[] inserted(T[] array, int at, T element) {
        var longer = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, at, longer, at + 1, array.length - at);
        longer[at] = element;
        return longer;
    }

    private static <T> T[] without(T[] array, int at) {
        var shorter = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, at + 1, shorter, at, array.length - at - 1);
        return shorter;
    }

    private static <T> T[] concat(T[] left, T[] right) {
        var both = Arrays.copyOf(left, left.length + right.length);
        System.arraycopy(right, 0, both, left.length, right.length);
        return both;
    }
}
