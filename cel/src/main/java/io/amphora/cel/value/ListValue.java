package io.amphora.cel.value;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// A list of CEL.
public interface ListValue {
    int size();

    Object get(int index);

    /// What `_+_` makes of the two.
    default ListValue plus(ListValue other) {
        var items = new ArrayList<Object>(size() + other.size());
        for (int i = 0; i < size(); i++) items.add(get(i));
        for (int i = 0; i < other.size(); i++) items.add(other.get(i));
        return new Items(items);
    }

    /// Whether `_==_` holds, where this list is on its left side: item by item.
    default boolean isEqualTo(ListValue other) {
        if (size() != other.size()) return false;
        for (int i = 0; i < size(); i++) if (!Values.equal(get(i), other.get(i))) return false;
        return true;
    }

    default List<Object> items() {
        var items = new ArrayList<Object>(size());
        for (int i = 0; i < size(); i++) items.add(get(i));
        return Collections.unmodifiableList(items);
    }

    static ListValue of(List<?> items) {
        return new Items(List.copyOf(items));
    }

    /// A list that an expression made.
    record Items(List<Object> all) implements ListValue {
        @Override
        public int size() {
            return all.size();
        }

        @Override
        public Object get(int index) {
            return all.get(index);
        }

        @Override
        public List<Object> items() {
            return Collections.unmodifiableList(all);
        }
    }
}
