package io.amphora.cel.library;

import static dev.cel.common.types.SimpleType.DYN;

import dev.cel.common.CelFunctionDecl;
import io.amphora.cel.CelException;
import io.amphora.cel.value.MapValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the macros with two variables expand to (`transformMap`). The type checker's own library declares it.
final class ComprehensionLibrary implements Library {
    @Override
    public List<CelFunctionDecl> declarations() {
        return List.of();
    }

    @Override
    public Map<String, List<Overload>> functions() {
        return Map.of("cel.@mapInsert", List.of(Overload.global("cel.@mapInsert", DYN, List.of(), of -> {
            if (!(of[0] instanceof MapValue map)) throw CelException.noSuchOverload();
            var entries = new LinkedHashMap<Object, Object>();
            for (Object key : map.keys()) copy(map, key, entries);
            if (of.length == 3) insert(entries, of[1], of[2]);
            else if (of[1] instanceof MapValue more)
                for (Object key : more.keys()) {
                    Object value = more.find(key);
                    if (value != null) insert(entries, key, value);
                }
            return new MapValue.Entries(entries);
        })));
    }

    private static void copy(MapValue from, Object key, Map<Object, Object> to) {
        Object value = from.find(key);
        if (value != null) to.put(key, value);
    }

    private static void insert(Map<Object, Object> entries, Object key, Object value) {
        if (entries.putIfAbsent(key, value) != null)
            throw new CelException("insert failed: key " + key + " already exists");
    }
}
