package io.amphora.cel.value;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A map of CEL, or an object with fields.
public interface MapValue {
    int size();

    /// @param key a value of CEL; for an object the name of a field as expressions write it
    /// @return null where there is none
    @Nullable
    Object find(Object key);

    Collection<?> keys();

    /// Whether an object is meant by its type, and not a map.
    default boolean isObject() {
        return false;
    }

    default boolean isEqualTo(MapValue other) {
        if (size() != other.size()) return false;
        for (Object key : keys()) {
            Object theirs = other.find(key);
            Object ours = find(key);
            if (theirs == null || ours == null || !Values.equal(ours, theirs)) return false;
        }
        return true;
    }

    static MapValue of(Map<?, ?> entries) {
        return new Entries(Map.copyOf(entries));
    }

    /// A map that an expression made. Numbers are found by their value, whichever type they have.
    record Entries(Map<Object, Object> all) implements MapValue {
        @Override
        public int size() {
            return all.size();
        }

        @Override
        public @Nullable Object find(Object key) {
            Object found = all.get(key);
            if (found != null) return found;
            return switch (key) {
                case Unsigned(var number) when number >= 0 -> all.get(number);
                case Long number when number >= 0 -> all.get(new Unsigned(number));
                case Double number
                when number == Math.rint(number) && Math.abs(number) < 0x1p62 -> {
                    Object whole = all.get(number.longValue());
                    yield whole != null || number < 0 ? whole : all.get(new Unsigned(number.longValue()));
                }
                default -> null;
            };
        }

        @Override
        public Collection<?> keys() {
            return all.keySet();
        }
    }
}
