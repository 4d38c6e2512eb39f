package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.BOOL;

import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.Values;
import java.util.List;
import java.util.Map;

/// The sets extension of CEL.
final class SetsLibrary implements Library {
    @Override
    public Map<String, List<Overload>> functions() {
        return Map.of(
                "sets.contains",
                List.of(Overload.global(
                        "list_sets_contains_list",
                        BOOL,
                        List.of(Types.LIST_OF_T, Types.LIST_OF_T),
                        of -> contains((ListValue) of[0], (ListValue) of[1]))),
                "sets.equivalent",
                List.of(Overload.global(
                        "list_sets_equivalent_list",
                        BOOL,
                        List.of(Types.LIST_OF_T, Types.LIST_OF_T),
                        of -> contains((ListValue) of[0], (ListValue) of[1])
                                && contains((ListValue) of[1], (ListValue) of[0]))),
                "sets.intersects",
                List.of(Overload.global(
                        "list_sets_intersects_list",
                        BOOL,
                        List.of(Types.LIST_OF_T, Types.LIST_OF_T),
                        of -> intersects((ListValue) of[0], (ListValue) of[1]))));
    }

    private static boolean has(ListValue list, Object value) {
        for (int i = 0; i < list.size(); i++) if (Values.equal(list.get(i), value)) return true;
        return false;
    }

    private static boolean contains(ListValue list, ListValue all) {
        for (int i = 0; i < all.size(); i++) if (!has(list, all.get(i))) return false;
        return true;
    }

    private static boolean intersects(ListValue list, ListValue any) {
        for (int i = 0; i < any.size(); i++) if (has(list, any.get(i))) return true;
        return false;
    }
}
