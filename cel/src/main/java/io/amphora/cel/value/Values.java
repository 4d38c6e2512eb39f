package io.amphora.cel.value;

import io.amphora.cel.CelException;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What holds for all values of CEL: `null` is [Tree.Null], `bool` Boolean, `int` Long, `uint` [Unsigned], `double`
/// Double, `string` String, `bytes` [Bytes], timestamps and durations java.time's, an optional value java.util's, lists
/// and maps and objects views ([ListValue], [MapValue]).
public final class Values {
    private Values() {}

    /// The name of a value's type, as `type(x)` and error messages say it.
    public static String typeName(Object value) {
        return switch (value) {
            case Tree.Null none -> "null_type";
            case Boolean bool -> "bool";
            case Long number -> "int";
            case Unsigned number -> "uint";
            case Double number -> "double";
            case String text -> "string";
            case Bytes bytes -> "bytes";
            case Instant time -> "google.protobuf.Timestamp";
            case Duration duration -> "google.protobuf.Duration";
            case ListValue list -> "list";
            case MapValue map -> map.isObject() ? "object" : "map";
            case TypeValue type -> "type";
            case Optional<?> optional -> "optional_type";
            case Opaque opaque -> opaque.typeName();
            default -> "unknown";
        };
    }

    /// `_==_`: numbers by their value, whichever of the three types they have; values of different types differ.
    public static boolean equal(Object left, Object right) {
        return switch (left) {
            case Long a -> right instanceof Long b ? a.equals(b) : isNumber(right) && compareNumbers(a, right) == 0;
            case Double a when right instanceof Double b -> a.doubleValue() == b.doubleValue();
            case Unsigned a when right instanceof Unsigned b -> a.equals(b);
            case Double a -> isNumber(right) && compareNumbers(a, right) == 0;
            case Unsigned a -> isNumber(right) && compareNumbers(a, right) == 0;
            case ListValue list -> right instanceof ListValue other && list.isEqualTo(other);
            case MapValue map -> right instanceof MapValue other && map.isEqualTo(other);
            case Optional<?> a ->
                right instanceof Optional<?> b
                        && a.isPresent() == b.isPresent()
                        && (a.isEmpty() || equal(a.get(), b.orElseThrow()));
            default -> left.equals(right);
        };
    }

    /// `_<_` and its kin.
    public static int compare(Object left, Object right) {
        if (isNumber(left) && isNumber(right)) {
            if (isNaN(left) || isNaN(right)) throw new CelException("NaN values cannot be ordered");
            return compareNumbers(left, right);
        }
        return switch (left) {
            case String a when right instanceof String b -> compareText(a, b);
            case Boolean a when right instanceof Boolean b -> Boolean.compare(a, b);
            case Bytes a when right instanceof Bytes b -> a.compareTo(b);
            case Instant a when right instanceof Instant b -> a.compareTo(b);
            case Duration a when right instanceof Duration b -> a.compareTo(b);
            default -> throw CelException.noSuchOverload();
        };
    }

    /// By code points, as UTF-8 compares.
    private static int compareText(String left, String right) {
        int length = Math.min(left.length(), right.length());
        for (int i = 0; i < length; i++) {
            char a = left.charAt(i);
            char b = right.charAt(i);
            if (a == b) continue;
            boolean pairs = Character.isSurrogate(a) != Character.isSurrogate(b);
            return pairs == (a < b) ? 1 : -1;
        }
        return Integer.compare(left.length(), right.length());
    }

    public static boolean isNumber(Object value) {
        return value instanceof Long || value instanceof Double || value instanceof Unsigned;
    }

    private static boolean isNaN(Object value) {
        return value instanceof Double number && number.isNaN();
    }

    private static int compareNumbers(Object left, Object right) {
        return switch (left) {
            case Long a when right instanceof Long b -> Long.compare(a, b);
            case Unsigned a when right instanceof Unsigned b -> a.compareTo(b);
            case Long a when right instanceof Unsigned(var bits) -> a < 0 || bits < 0 ? -1 : Long.compare(a, bits);
            case Unsigned a when right instanceof Long b -> -compareNumbers(b, a);
            case Long a when right instanceof Double b -> -compareDouble(b, a);
            case Double a when right instanceof Long b -> compareDouble(a, b);
            case Double a when right instanceof Unsigned b -> a >= 0x1p64 ? 1 : Double.compare(a, b.asDouble());
            case Unsigned a when right instanceof Double b -> -compareNumbers(b, a);
            case Double a when right instanceof Double b -> a < b ? -1 : a > b ? 1 : a.equals(b) || a == 0.0 ? 0 : 1;
            default -> throw CelException.noSuchOverload();
        };
    }

    private static int compareDouble(double left, long right) {
        if (left >= 0x1p63) return 1;
        if (left < -0x1p63) return -1;
        int whole = Long.compare((long) left, right);
        return whole != 0 ? whole : Double.compare(left, Math.rint(left) == left ? left : (double) (long) left);
    }

    /// What `size(x)` answers; 1 for what has none, as costs count it.
    public static long sizeOrOne(Object value) {
        return switch (value) {
            case String text -> text.codePointCount(0, text.length());
            case Bytes(var array) -> array.length;
            case ListValue list -> list.size();
            case MapValue map -> map.size();
            case Opaque opaque when opaque instanceof Sized sized -> sized.size();
            default -> 1;
        };
    }

    /// An opaque value that counts for more than one in costs.
    public interface Sized {
        long size();
    }
}
