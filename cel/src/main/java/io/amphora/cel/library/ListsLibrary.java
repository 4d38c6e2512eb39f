package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;
import static dev.cel.common.types.SimpleType.BYTES;
import static dev.cel.common.types.SimpleType.DOUBLE;
import static dev.cel.common.types.SimpleType.DURATION;
import static dev.cel.common.types.SimpleType.DYN;
import static dev.cel.common.types.SimpleType.INT;
import static dev.cel.common.types.SimpleType.STRING;
import static dev.cel.common.types.SimpleType.TIMESTAMP;
import static dev.cel.common.types.SimpleType.UINT;

import dev.cel.common.CelFunctionDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.OptionalType;
import io.amphora.cel.CelException;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.Unsigned;
import io.amphora.cel.value.Values;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/// Kubernetes' functions on lists (`isSorted`, `sum`, `min`, `max`, `indexOf`, `lastIndexOf`), and the lists extension
/// of CEL in its third version, most of which the type checker's own library declares.
final class ListsLibrary implements Library {
    private static final Map<String, CelType> COMPARABLE =
            named(INT, UINT, DOUBLE, BOOL, DURATION, TIMESTAMP, STRING, BYTES);
    private static final Map<CelType, Object> ZEROS =
            Map.of(INT, 0L, UINT, new Unsigned(0), DOUBLE, 0.0, DURATION, Duration.ZERO);

    private static Map<String, CelType> named(CelType... types) {
        var named = new LinkedHashMap<String, CelType>();
        for (CelType type : types)
            named.put(type.name().replaceFirst(".*\\.", "").toLowerCase(java.util.Locale.ROOT), type);
        return named;
    }

    @Override
    public Map<String, List<Overload>> functions() {
        var all = new HashMap<>(ofKubernetes());
        all.putAll(ofExtension());
        return all;
    }

    @Override
    public List<CelFunctionDecl> declarations() {
        return Library.super.declarations().stream()
                .filter(each -> !DECLARED.contains(each.name()))
                .toList();
    }

    private static final Set<String> DECLARED =
            Set.of("slice", "flatten", "sort", "distinct", "reverse", "lists.range", "lists.@sortByAssociatedKeys");

    private static Map<String, List<Overload>> ofExtension() {
        return Map.of(
                "slice", any("slice", of -> slice(list(of[0]), of[1], of[2])),
                "flatten", any("flatten", of -> flatten(list(of[0]), of.length > 1 ? (long) of[1] : 1)),
                "sort", any("sort", of -> sorted(list(of[0]), list(of[0]))),
                "lists.@sortByAssociatedKeys", any("sort_by", of -> sorted(list(of[0]), list(of[1]))),
                "distinct", any("distinct", of -> distinct(list(of[0]))),
                "reverse",
                        any(
                                "reverse",
                                of -> new ListValue.Items(list(of[0]).items().reversed())),
                "lists.range", any("range", of -> range((long) of[0])),
                "first",
                        List.of(Overload.member(
                                "list_first",
                                OptionalType.create(Types.T),
                                List.of(Types.LIST_OF_T),
                                of -> list(of[0]).items().stream().findFirst())),
                "last",
                        List.of(Overload.member(
                                "list_last",
                                OptionalType.create(Types.T),
                                List.of(Types.LIST_OF_T),
                                of -> list(of[0]).items().reversed().stream().findFirst())));
    }

    private static List<Overload> any(String id, Overload.Body body) {
        return List.of(Overload.global("lists_" + id, DYN, List.of(), body));
    }

    private static ListValue list(Object value) {
        if (value instanceof ListValue list) return list;
        throw CelException.noSuchOverload();
    }

    private static ListValue slice(ListValue list, Object from, Object to) {
        long start = (long) from;
        long end = (long) to;
        if (start < 0 || end < 0)
            throw new CelException("cannot slice(" + start + ", " + end + "), negative indexes not supported");
        if (start > end)
            throw new CelException(
                    "cannot slice(" + start + ", " + end + "), start index must be less than or equal to end index");
        if (end > list.size())
            throw new CelException("cannot slice(" + start + ", " + end + "), list is length " + list.size());
        return new ListValue.Items(list.items().subList((int) start, (int) end));
    }

    private static ListValue flatten(ListValue list, long depth) {
        if (depth < 0) throw new CelException("level must be non-negative");
        var flat = new ArrayList<Object>();
        for (int i = 0; i < list.size(); i++)
            if (depth > 0 && list.get(i) instanceof ListValue inner)
                flat.addAll(flatten(inner, depth - 1).items());
            else flat.add(list.get(i));
        return new ListValue.Items(flat);
    }

    /// @param keys what to sort by, of each item
    private static ListValue sorted(ListValue list, ListValue keys) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) order.add(i);
        order.sort((a, b) -> Values.compare(keys.get(a), keys.get(b)));
        return new ListValue.Items(order.stream().map(list::get).toList());
    }

    private static ListValue distinct(ListValue list) {
        var kept = new ArrayList<Object>();
        for (Object item : list.items()) if (kept.stream().noneMatch(each -> Values.equal(each, item))) kept.add(item);
        return new ListValue.Items(kept);
    }

    private static ListValue range(long size) {
        if (size > LONGEST_RANGE) throw new CelException("range size exceeds limit: " + LONGEST_RANGE);
        var numbers = new ArrayList<Object>();
        for (long i = 0; i < size; i++) numbers.add(i);
        return new ListValue.Items(numbers);
    }

    private static final long LONGEST_RANGE = 1_000_000;

    private static Map<String, List<Overload>> ofKubernetes() {
        return Map.of(
                "isSorted", each("is_sorted_bool", type -> BOOL, ListsLibrary::isSorted),
                "min", each("min", type -> type, list -> extreme(list, "min", -1)),
                "max", each("max", type -> type, list -> extreme(list, "max", 1)),
                "sum",
                        ZEROS.entrySet().stream()
                                .map(zero -> Overload.member(
                                        "list_" + zero.getKey().name() + "_sum",
                                        zero.getKey(),
                                        List.of(ListType.create(zero.getKey())),
                                        of -> sum((ListValue) of[0], zero.getValue())))
                                .toList(),
                "indexOf",
                        List.of(Overload.member("list_a_index_of_int", INT, List.of(Types.LIST_OF_T, Types.T), of -> {
                            ListValue list = (ListValue) of[0];
                            for (int i = 0; i < list.size(); i++) if (Values.equal(list.get(i), of[1])) return (long) i;
                            return -1L;
                        })),
                "lastIndexOf",
                        List.of(Overload.member(
                                "list_a_last_index_of_int", INT, List.of(Types.LIST_OF_T, Types.T), of -> {
                                    ListValue list = (ListValue) of[0];
                                    for (int i = list.size() - 1; i >= 0; i--)
                                        if (Values.equal(list.get(i), of[1])) return (long) i;
                                    return -1L;
                                })));
    }

    private static List<Overload> each(
            String name, Function<CelType, CelType> result, Function<ListValue, Object> body) {
        return COMPARABLE.entrySet().stream()
                .map(type -> Overload.member(
                        "list_" + type.getKey() + "_" + name,
                        result.apply(type.getValue()),
                        List.of(ListType.create(type.getValue())),
                        of -> body.apply((ListValue) of[0])))
                .toList();
    }

    private static boolean isSorted(ListValue list) {
        for (int i = 1; i < list.size(); i++) if (Values.compare(list.get(i - 1), list.get(i)) > 0) return false;
        return true;
    }

    private static Object extreme(ListValue list, String name, int sign) {
        if (list.size() == 0) throw new CelException(name + " called on empty list");
        Object best = list.get(0);
        for (int i = 1; i < list.size(); i++)
            if (Integer.signum(Values.compare(list.get(i), best)) == sign) best = list.get(i);
        return best;
    }

    private static Object sum(ListValue list, Object zero) {
        Object sum = zero;
        for (int i = 0; i < list.size(); i++) sum = i == 0 ? list.get(0) : StandardLibrary.plus(sum, list.get(i));
        return sum;
    }
}
