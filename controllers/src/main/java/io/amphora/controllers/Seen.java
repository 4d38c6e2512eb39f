package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.client.Index;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.machinery.select.LabelSelector;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The cluster as a controller sees it for the length of one plan: snapshots of the kinds it
/// declared, all taken at one moment. Immutable.
public final class Seen {
    private final Map<Target<?>, Snapshot<?>> snapshots;
    private final Kindred kindred;
    private final @Nullable Instant awaited;
    private final Map<String, Instant> notes;
    private final Duration silence;

    public Seen(Map<Target<?>, Snapshot<?>> snapshots, Kindred kindred) {
        this(snapshots, kindred, null, Map.of(), Duration.ZERO);
    }

    private Seen(
            Map<Target<?>, Snapshot<?>> snapshots,
            Kindred kindred,
            @Nullable Instant awaited,
            Map<String, Instant> notes,
            Duration silence) {
        this.snapshots = snapshots;
        this.kindred = kindred;
        this.awaited = awaited;
        this.notes = notes;
        this.silence = silence;
    }

    Seen serving(Kindred served) {
        return new Seen(snapshots, served, awaited, notes, silence);
    }

    public Seen awaiting(@Nullable Instant time) {
        return new Seen(snapshots, kindred, time, notes, silence);
    }

    public Seen noting(Map<String, Instant> some) {
        return new Seen(snapshots, kindred, awaited, some, silence);
    }

    public Seen afterSilence(Duration length) {
        return new Seen(snapshots, kindred, awaited, notes, length);
    }

    /// What one would see if just these objects were there; for tests of plans.
    public static Seen of(Watches<?> watches, Map<ResourceDefinition<?>, List<? extends ApiObject>> objects) {
        var snapshots = new LinkedHashMap<Target<?>, Snapshot<?>>();
        if (watches.primary() != null) snapshots.put(watches.primary(), Snapshot.empty(List.of()));
        for (Watches.Other<?> other : watches.others()) snapshots.put(other.target(), Snapshot.empty(List.of()));
        objects.forEach((kind, list) -> snapshots.put(Target.of(kind), snapshot(list)));
        return new Seen(snapshots, Kindred.BUILT_IN);
    }

    private static Snapshot<ApiObject> snapshot(List<? extends ApiObject> objects) {
        return Snapshot.of(
                List.copyOf(objects),
                List.of(Index.byOwner(), Index.byField("spec", "nodeName"), Index.byField("spec", "volumeName")),
                1);
    }

    @SuppressWarnings("unchecked") // a target is always paired with a snapshot of its type
    public <T extends ApiObject> Snapshot<T> of(Target<T> kind) {
        Snapshot<?> snapshot = snapshots.get(kind);
        if (snapshot == null) throw new IllegalArgumentException("the controller does not watch " + kind);
        return (Snapshot<T>) snapshot;
    }

    public <T extends ApiObject> Snapshot<T> of(ResourceDefinition<T> kind) {
        return of(Target.of(kind));
    }

    public <T extends ApiObject> Optional<T> find(ResourceDefinition<T> kind, String namespace, String name) {
        return of(kind).find(namespace, name);
    }

    public <T extends ApiObject> List<T> list(ResourceDefinition<T> kind, String namespace) {
        return of(kind).list(namespace);
    }

    public <T extends ApiObject> List<T> list(Target<T> kind, String namespace) {
        return of(kind).list(namespace);
    }

    public <T extends ApiObject> List<T> list(ResourceDefinition<T> kind, String namespace, LabelSelector selector) {
        var some = new ArrayList<T>();
        for (T each : of(kind).list(namespace))
            if (selector.matches(each.tree().object("metadata").object("labels"))) some.add(each);
        return some;
    }

    public Optional<? extends ApiObject> find(Key key) {
        Snapshot<?> snapshot = snapshots.get(key.target());
        return snapshot == null ? Optional.empty() : snapshot.find(key.namespace(), key.name());
    }

    /// The objects whose controller is `owner`.
    public <T extends ApiObject> List<T> ownedBy(ApiObject owner, ResourceDefinition<T> kind) {
        return of(kind).by("owner", owner.uid()).stream()
                .filter(each -> Owners.isControlledBy(each, owner))
                .toList();
    }

    /// All kinds that are seen.
    public Set<Target<?>> kinds() {
        return snapshots.keySet();
    }

    /// The time at which the last plan for this object wanted to look again, come or not.
    /// This, [#findNoted] and [#silence] are all that a controller may remember, and lost
    /// with a restart.
    public Optional<Instant> findAwaited() {
        return Optional.ofNullable(awaited);
    }

    /// What the last plan for this object noted under this name.
    public Optional<Instant> findNoted(String name) {
        return Optional.ofNullable(notes.get(name));
    }

    /// How long nothing has been heard of what the object stands for (see
    /// [Watches#withSigns]), by our own count: what the time of day is, here or there, does
    /// not matter. Counted anew after a restart.
    public Duration silence() {
        return silence;
    }

    /// What the server serves.
    public Kindred kindred() {
        return kindred;
    }
}
