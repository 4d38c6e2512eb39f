package io.amphora.kubectl.template;

import java.util.List;

/// `eq`, `ne`, `lt`, `le`, `gt`, `ge`.
final class Comparison {
    private Comparison() {}

    static boolean compare(String name, List<Value> values) {
        Value left = values.getFirst();
        if (name.equals("eq")) return equalToAny(left, values.subList(1, values.size()));
        Value right = values.get(1);
        return switch (name) {
            case "ne" -> !equal(left, right);
            case "lt" -> less(left, right);
            case "le" -> less(left, right) || equal(left, right);
            case "gt" -> !(less(left, right) || equal(left, right));
            default -> !less(left, right);
        };
    }

    private static boolean equalToAny(Value left, List<Value> others) {
        if (others.isEmpty()) throw new Functions.Mistake("missing argument for comparison");
        for (Value other : others) if (equal(left, other)) return true;
        return false;
    }

    private static boolean isBasic(Value value) {
        return value instanceof Value.Bool
                || value instanceof Value.Whole
                || value instanceof Value.Octet
                || value instanceof Value.Decimal
                || value instanceof Value.Complex
                || value instanceof Value.Text;
    }

    private static boolean isNothing(Value value) {
        return value.isMissing() || value instanceof Value.Nil;
    }

    private static boolean equal(Value left, Value right) {
        if (isWhole(left) && isWhole(right)) return whole(left) == whole(right);
        if (isNothing(left) || isNothing(right)) return isNothing(left) && isNothing(right);
        if (isBasic(left) && left.getClass() == right.getClass()) {
            if (left instanceof Value.Decimal(var mine) && right instanceof Value.Decimal(var theirs))
                return mine == theirs;
            return left.equals(right);
        }
        if (isBasic(left) || isBasic(right)) throw incompatible(left, right);
        throw new Functions.Mistake("non-comparable type " + Format.printed(right) + ": " + right.type());
    }

    private static boolean isWhole(Value value) {
        return value instanceof Value.Whole || value instanceof Value.Octet;
    }

    private static long whole(Value value) {
        return value instanceof Value.Octet(var octet) ? octet : ((Value.Whole) value).value();
    }

    private static boolean less(Value left, Value right) {
        if (!isBasic(left) || !isBasic(right)) throw new Functions.Mistake("invalid type for comparison");
        if (isWhole(left) && isWhole(right)) return whole(left) < whole(right);
        if (left.getClass() != right.getClass()) throw incompatible(left, right);
        return switch (left) {
            case Value.Decimal(var mine) -> mine < ((Value.Decimal) right).value();
            case Value.Text(var mine) -> mine.compareTo(((Value.Text) right).bytes()) < 0;
            default -> throw new Functions.Mistake("invalid type for comparison");
        };
    }

    private static Functions.Mistake incompatible(Value left, Value right) {
        return new Functions.Mistake("incompatible types for comparison: " + left.type() + " and " + right.type());
    }
}
