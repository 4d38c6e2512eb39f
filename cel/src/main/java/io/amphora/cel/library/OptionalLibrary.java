package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.DYN;

import dev.cel.common.CelFunctionDecl;
import io.amphora.cel.CelException;
import io.amphora.cel.value.Bytes;
import io.amphora.cel.value.ListValue;
import io.amphora.cel.value.MapValue;
import io.amphora.cel.value.Unsigned;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Optional values. The type checker's own library declares them.
final class OptionalLibrary implements Library {
    @Override
    public List<CelFunctionDecl> declarations() {
        return List.of();
    }

    @Override
    public Map<String, List<Overload>> functions() {
        var all = new HashMap<String, List<Overload>>();
        put(all, "optional.of", of -> Optional.of(of[0]));
        put(all, "optional.ofNonZeroValue", of -> isZero(of[0]) ? Optional.empty() : Optional.of(of[0]));
        put(all, "optional.none", of -> Optional.empty());
        put(all, "value", of -> value(of[0]));
        put(all, "hasValue", of -> StandardLibrary.optional(of[0]).isPresent());
        put(all, "or", of -> StandardLibrary.optional(of[0]).isPresent() ? of[0] : StandardLibrary.optional(of[1]));
        put(all, "orValue", of -> {
            Optional<?> optional = StandardLibrary.optional(of[0]);
            return optional.isPresent() ? optional.get() : of[1];
        });
        put(all, "_?._", of -> select(of[0], of[1]));
        put(all, "_[?_]", of -> select(of[0], of[1]));
        return all;
    }

    private static void put(Map<String, List<Overload>> all, String name, Overload.Body body) {
        all.put(name, List.of(Overload.global(name, DYN, List.of(), body)));
    }

    private static Object value(Object of) {
        Optional<?> optional = StandardLibrary.optional(of);
        if (optional.isEmpty()) throw new CelException("optional.none() dereference");
        return optional.get();
    }

    private static Optional<?> select(Object container, Object key) {
        return switch (container) {
            case Optional<?> optional -> optional.isEmpty() ? optional : select(optional.get(), key);
            case MapValue map -> Optional.ofNullable(map.find(key));
            case ListValue list ->
                key instanceof Long index && index >= 0 && index < list.size()
                        ? Optional.of(list.get(index.intValue()))
                        : Optional.empty();
            default -> throw CelException.noSuchOverload();
        };
    }

    private static boolean isZero(Object value) {
        return switch (value) {
            case Tree.Null none -> true;
            case Boolean bool -> !bool;
            case Long number -> number == 0;
            case Unsigned(var bits) -> bits == 0;
            case Double number -> number == 0;
            case String text -> text.isEmpty();
            case Bytes(var array) -> array.length == 0;
            case Duration duration -> duration.isZero();
            case ListValue list -> list.size() == 0;
            case MapValue map -> map.size() == 0;
            case Optional<?> optional -> optional.isEmpty();
            default -> false;
        };
    }
}
