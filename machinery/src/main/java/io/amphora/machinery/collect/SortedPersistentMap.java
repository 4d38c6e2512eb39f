package io.amphora.machinery.collect;

import java.util.Collection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// An immutable map from strings to values, in the order of [KeyOrder] (UTF-8 bytes).
///
/// A change returns a new map that shares all but a few small arrays with the old one, so every old map stays as
/// it was and costs next to nothing to keep. It is a B+ tree: values sit in leaves of up to 32 keys, and a branch
/// knows how many keys each child holds, so that counting a prefix takes O(log n) as looking up, changing and
/// seeking do.
///
/// ```
///   branch  lows [ -, "m", "t" ]   ends [ 20, 41, 60 ]        a low is a lower bound of its child's keys;
///            |     |     |                                    an end is the number of keys up to and with that child
///   leaf   a..k  m..r   t..z
/// ```
///
/// Safe to read from any thread once published; a value is never null.
public final class SortedPersistentMap<V> implements Iterable<SortedPersistentMap.Entry<V>> {
    private static final SortedPersistentMap<?> EMPTY =
            new SortedPersistentMap<>(new Node.Leaf(new String[0], new Object[0]));

    private final Node root;

    private SortedPersistentMap(Node root) {
        this.root = root;
    }

    public record Entry<V>(String key, V value) {}

    @SuppressWarnings("unchecked") // holds no value of any type
    public static <V> SortedPersistentMap<V> empty() {
        return (SortedPersistentMap<V>) EMPTY;
    }

    public int size() {
        return root.size();
    }

    public boolean isEmpty() {
        return root.size() == 0;
    }

    @SuppressWarnings("unchecked") // only put adds values
    public @Nullable V get(String key) {
        return (V) root.get(key);
    }

    public boolean containsKey(String key) {
        return root.get(key) != null;
    }

    /// The same map when `key` has this very value already.
    public SortedPersistentMap<V> put(String key, V value) {
        var changed = root.put(key, value);
        if (changed == root) return this;
        return new SortedPersistentMap<>(changed.width() > Node.MAX_WIDTH ? Node.Branch.of(changed.halves()) : changed);
    }

    /// The same map when `key` isn't there.
    public SortedPersistentMap<V> remove(String key) {
        var changed = root.remove(key);
        if (changed == root) return this;
        if (changed.size() == 0) return empty();
        return new SortedPersistentMap<>(
                changed instanceof Node.Branch branch && branch.width() == 1 ? branch.children()[0] : changed);
    }

    /// Everything, in order.
    public Range<V> all() {
        return new Range<>(root, 0, root.size());
    }

    /// The entries whose keys begin with `prefix`.
    public Range<V> withPrefix(String prefix) {
        return new Range<>(root, root.countBefore(prefix, false), root.countBefore(prefix, true));
    }

    /// The entries whose keys begin with `prefix` and are not below `from`: the rest of a list that is read in
    /// pages.
    public Range<V> withPrefix(String prefix, String from) {
        int end = root.countBefore(prefix, true);
        int begin = Math.max(root.countBefore(prefix, false), root.countBefore(from, false));
        return new Range<>(root, Math.min(begin, end), end);
    }

    /// The entries whose keys are not below `key`.
    public Range<V> from(String key) {
        return new Range<>(root, root.countBefore(key, false), root.size());
    }

    public int countWithPrefix(String prefix) {
        return root.countBefore(prefix, true) - root.countBefore(prefix, false);
    }

    @Override
    public Iterator<Entry<V>> iterator() {
        return all().iterator();
    }

    public void forEach(BiConsumer<? super String, ? super V> action) {
        all().forEach(action);
    }

    /// Successive entries of one map, not copied: holding it holds that map.
    public static final class Range<V> implements Iterable<Entry<V>> {
        private final Node root;
        private final int begin;
        private final int end;

        private Range(Node root, int begin, int end) {
            this.root = root;
            this.begin = begin;
            this.end = end;
        }

        public int size() {
            return end - begin;
        }

        public boolean isEmpty() {
            return begin == end;
        }

        /// The first entries of this range, all of it if it has fewer.
        public Range<V> limit(int count) {
            return new Range<>(root, begin, (int) Math.min(end, (long) begin + count));
        }

        /// This range without its first entries.
        public Range<V> skip(int count) {
            return new Range<>(root, (int) Math.min(end, (long) begin + count), end);
        }

        @Override
        public Iterator<Entry<V>> iterator() {
            var cursor = new Cursor(root, begin, end);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return cursor.hasNext();
                }

                @Override
                public Entry<V> next() {
                    cursor.advance();
                    return new Entry<>(cursor.key(), Range.<V>valueOf(cursor));
                }
            };
        }

        /// Walks without making entries.
        public void forEach(BiConsumer<? super String, ? super V> action) {
            var cursor = new Cursor(root, begin, end);
            while (cursor.hasNext()) {
                cursor.advance();
                action.accept(cursor.key(), Range.<V>valueOf(cursor));
            }
        }

        public void addValuesTo(Collection<? super V> target) {
            forEach((key, value) -> target.add(value));
        }

        public Stream<Entry<V>> stream() {
            return StreamSupport.stream(spliterator(), false);
        }

        @SuppressWarnings("unchecked") // only put adds values
        private static <V> V valueOf(Cursor cursor) {
            return (V) cursor.value();
        }
    }

    /// Where a walk stands: the path from the root to a leaf. Seeks by position, then steps from leaf to leaf.
    private static final class Cursor {
        private final Node root;
        private int next;
        private final int end;
        private Node.@Nullable Leaf leaf;
        private int leafBegin;
        private int at;

        Cursor(Node root, int begin, int end) {
            this.root = root;
            this.next = begin;
            this.end = end;
        }

        boolean hasNext() {
            return next < end;
        }

        /// Seeking anew for each leaf costs a few array look-ups per 32 entries and needs no stack of parents.
        void advance() {
            if (next >= end) throw new NoSuchElementException();
            if (leaf == null || next - leafBegin >= leaf.size()) seek();
            at = next++ - leafBegin;
        }

        String key() {
            return leaf().keys()[at];
        }

        Object value() {
            return leaf().values()[at];
        }

        private Node.Leaf leaf() {
            if (leaf == null) throw new NoSuchElementException("advance first");
            return leaf;
        }

        private void seek() {
            var node = root;
            int begin = 0;
            while (node instanceof Node.Branch branch) {
                int child = branch.childAt(next - begin);
                begin += branch.countBeforeChild(child);
                node = branch.children()[child];
            }
            leaf = (Node.Leaf) node;
            leafBegin = begin;
        }
    }
}
