package io.amphora.client;

import io.amphora.api.ApiObject;
import io.amphora.machinery.collect.SortedPersistentMap;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All objects of one kind as an [Informer] knew them at one moment. Immutable; a change makes a new one that
/// shares nearly everything with the old.
///
/// ```
///   objects   "default/web-0" -> Pod                     (cluster-wide kinds: "node-0")
///   indexes   "owner": "<uid>\0default/web-0" -> Pod
/// ```
public final class Snapshot<T extends ApiObject> {
    private final SortedPersistentMap<T> objects;
    private final Map<String, SortedPersistentMap<T>> indexed;
    private final List<Index<T>> indexes;
    private final long revision;

    private Snapshot(
            SortedPersistentMap<T> objects,
            Map<String, SortedPersistentMap<T>> indexed,
            List<Index<T>> indexes,
            long revision) {
        this.objects = objects;
        this.indexed = indexed;
        this.indexes = indexes;
        this.revision = revision;
    }

    public static <T extends ApiObject> Snapshot<T> empty(Collection<Index<T>> indexes) {
        var indexed = new TreeMap<String, SortedPersistentMap<T>>();
        for (Index<T> index : indexes) indexed.put(index.name(), SortedPersistentMap.empty());
        return new Snapshot<>(SortedPersistentMap.empty(), indexed, List.copyOf(indexes), 0);
    }

    /// A snapshot of exactly these objects, for plans that are tested without a server.
    public static <T extends ApiObject> Snapshot<T> of(
            Collection<T> objects, Collection<Index<T>> indexes, long revision) {
        Snapshot<T> made = empty(indexes);
        for (T object : objects) made = made.with(object, revision);
        return made;
    }

    /// The revision of the last change that is contained; 0 before the first list.
    public long revision() {
        return revision;
    }

    public int size() {
        return objects.size();
    }

    public Optional<T> find(String namespace, String name) {
        return Optional.ofNullable(objects.get(key(namespace, name)));
    }

    public List<T> list() {
        var all = new ArrayList<T>(objects.size());
        objects.all().addValuesTo(all);
        return all;
    }

    public List<T> list(String namespace) {
        if (namespace.isEmpty()) return list();
        var some = new ArrayList<T>();
        objects.withPrefix(namespace + "/").addValuesTo(some);
        return some;
    }

    public boolean isEmpty(String namespace) {
        return objects.withPrefix(namespace + "/").isEmpty();
    }

    /// The objects that the index finds by `value`, ordered by namespace and name.
    ///
    /// @throws IllegalArgumentException when the informer was not given such an index
    public List<T> by(Index<T> index, String value) {
        return by(index.name(), value);
    }

    public List<T> by(String index, String value) {
        SortedPersistentMap<T> entries = indexed.get(index);
        if (entries == null) throw new IllegalArgumentException("no index " + index);
        var some = new ArrayList<T>();
        entries.withPrefix(value + '\0').addValuesTo(some);
        return some;
    }

    boolean hasIndex(String name) {
        return indexed.containsKey(name);
    }

    Snapshot<T> with(T object, long at) {
        String key = key(object.namespace(), object.name());
        T before = objects.get(key);
        return new Snapshot<>(
                objects.put(key, object), reindexed(key, before, object), indexes, Math.max(at, revision));
    }

    Snapshot<T> without(String namespace, String name, long at) {
        String key = key(namespace, name);
        T before = objects.get(key);
        if (before == null) return at(at);
        return new Snapshot<>(objects.remove(key), reindexed(key, before, null), indexes, Math.max(at, revision));
    }

    Snapshot<T> at(long at) {
        return at <= revision ? this : new Snapshot<>(objects, indexed, indexes, at);
    }

    Snapshot<T> withIndex(Index<T> index) {
        if (hasIndex(index.name())) return this;
        var more = new ArrayList<>(indexes);
        more.add(index);
        Snapshot<T> made = empty(more);
        for (T object : list()) made = made.with(object, revision);
        return made.at(revision);
    }

    static String key(String namespace, String name) {
        return namespace.isEmpty() ? name : namespace + "/" + name;
    }

    private Map<String, SortedPersistentMap<T>> reindexed(String key, @Nullable T before, @Nullable T now) {
        if (indexes.isEmpty()) return indexed;
        var changed = new TreeMap<>(indexed);
        for (Index<T> index : indexes) {
            Collection<String> gone =
                    before == null ? List.of() : index.values().apply(before);
            Collection<String> here = now == null ? List.of() : index.values().apply(now);
            SortedPersistentMap<T> entries = changed.getOrDefault(index.name(), SortedPersistentMap.empty());
            var kept = new HashSet<>(here);
            for (String value : gone) if (!kept.contains(value)) entries = entries.remove(value + '\0' + key);
            if (now != null) for (String value : here) entries = entries.put(value + '\0' + key, now);
            changed.put(index.name(), entries);
        }
        return changed;
    }
}
