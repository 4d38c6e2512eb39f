package io.amphora.apiserver.state;

import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.collect.SortedPersistentMap;
import java.util.Optional;

/// The whole cluster at one revision; immutable, so it may be held and read by anyone for as long as they like.
public final class Snapshot {
    static final Snapshot EMPTY = new Snapshot(SortedPersistentMap.empty(), 0);

    private final SortedPersistentMap<Stored> objects;
    private final long revision;

    private Snapshot(SortedPersistentMap<Stored> objects, long revision) {
        this.objects = objects;
        this.revision = revision;
    }

    Snapshot with(Stored object) {
        return new Snapshot(objects.put(object.key(), object), object.revision());
    }

    Snapshot without(String key, long revision) {
        return new Snapshot(objects.remove(key), revision);
    }

    Snapshot at(long revision) {
        return new Snapshot(objects, revision);
    }

    public long revision() {
        return revision;
    }

    public Optional<Stored> find(String key) {
        return Optional.ofNullable(objects.get(key));
    }

    public Optional<Stored> find(ResourceDefinition<?> kind, String namespace, String name) {
        return find(Key.of(kind, namespace, name));
    }

    /// About how many bytes of heap its objects take.
    long weight() {
        long sum = 0;
        for (var entry : list("")) sum += entry.value().weight();
        return sum;
    }

    /// The objects whose keys begin with `prefix`, by key and in its order.
    public SortedPersistentMap.Range<Stored> list(String prefix) {
        return objects.withPrefix(prefix);
    }

    /// Those of [#list(String)] that come after `key`: the rest of a list that is read in pages.
    public SortedPersistentMap.Range<Stored> listAfter(String prefix, String key) {
        return objects.withPrefix(prefix, key + "\0");
    }

    /// The objects of a kind in a namespace, or in all where that is "".
    public SortedPersistentMap.Range<Stored> list(ResourceDefinition<?> kind, String namespace) {
        return list(Key.prefix(kind, namespace));
    }
}
