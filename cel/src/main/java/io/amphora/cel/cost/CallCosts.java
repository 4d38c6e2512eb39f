package io.amphora.cel.cost;

import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.Values;

/// What calls cost when they are made, in Kubernetes' units: by the sizes of what they had to walk.
public final class CallCosts {
    static final double TRAVERSAL = 0.1;
    static final double REGEX_LENGTH = 0.25;

    /// One expression may ask the authorizer twice.
    static final long AUTHORIZATION = 350_000;

    private CallCosts() {}

    /// @param overload its id, or "" where it was chosen only now
    public static long spent(String function, String overload, Object[] of, Object result) {
        return switch (function) {
            case "check" -> AUTHORIZATION;
            case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf" -> traversal(of[0]);
            case "url",
                    "lowerAscii",
                    "upperAscii",
                    "substring",
                    "trim",
                    "cidr",
                    "isIP",
                    "isCIDR",
                    "quantity",
                    "isQuantity" -> scaled(size(of[0]), TRAVERSAL);
            case "ip" -> of[0] instanceof String ? scaled(size(of[0]), TRAVERSAL) : 1;
            case "replace", "split", "ip.isCanonical" -> scaled(size(of[0]), 2 * TRAVERSAL);
            case "join" -> scaled(size(result), 2 * TRAVERSAL);
            case "find", "findAll", "matches" -> scaled(1 + size(of[0]), TRAVERSAL) * scaled(size(of[1]), REGEX_LENGTH);
            case "containsIP" ->
                scaled(2 * size(of[0]), TRAVERSAL) + (of[1] instanceof String ? scaled(size(of[1]), TRAVERSAL) : 0);
            case "containsCIDR" ->
                scaled(2 * size(of[0]), TRAVERSAL)
                        + scaled(size(of[0]), TRAVERSAL)
                        + 1
                        + (of[1] instanceof String ? scaled(size(of[1]), TRAVERSAL) : 0);
            case "slice", "flatten", "reverse", "lists.range" -> 1 + size(result);
            case "sort", "distinct", "lists.@sortByAssociatedKeys" -> 1 + size(of[0]) * size(of[0]);
            case "sets.contains", "sets.intersects" -> size(of[0]) * size(of[1]) + 1;
            case "sets.equivalent" -> 2 * size(of[0]) * size(of[1]) + 1;
            case "format.named", "semver", "isSemver" -> 1;
            case "validate" -> scaled(size(of[1]), TRAVERSAL * 2);
            case "format" -> scaled(size(of[0]), TRAVERSAL);
            case "strings.quote" -> scaled(size(of[0]), TRAVERSAL);
            case "startsWith", "endsWith" -> scaled(size(of[0]), TRAVERSAL);
            case "bytes", "string" -> of[0] instanceof Long ? 1 : Math.max(1, scaled(size(of[0]), TRAVERSAL));
            case "@in" -> of[1] instanceof ListValue list ? list.size() : 1;
            case "_==_", "_!=_" -> scaled(Math.min(size(of[0]), size(of[1])), TRAVERSAL);
            case "_<_", "_<=_", "_>_", "_>=_" ->
                Values.isNumber(of[0]) ? 1 : scaled(Math.min(size(of[0]), size(of[1])), TRAVERSAL);
            case "_+_" ->
                of[0] instanceof ListValue || Values.isNumber(of[0])
                        ? 1
                        : Math.max(1, scaled(size(of[0]) + size(of[1]), TRAVERSAL));
            case "contains" -> scaled(size(of[0]), TRAVERSAL) * scaled(size(of[1]), TRAVERSAL);
            default -> 1;
        };
    }

    private static long size(Object value) {
        return Values.sizeOrOne(value);
    }

    static long scaled(long size, double factor) {
        return (long) Math.ceil(size * factor);
    }

    /// A list costs its items' traversal.
    private static long traversal(Object value) {
        if (!(value instanceof ListValue list)) return scaled(size(value), TRAVERSAL);
        long cost = 0;
        for (int i = 0; i < list.size(); i++) {
            Object item = list.get(i);
            cost += item instanceof String ? 1 + scaled(size(item), TRAVERSAL) : 1;
        }
        return cost;
    }
}
