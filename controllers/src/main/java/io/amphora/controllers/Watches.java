package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.client.Index;
import io.amphora.client.Target;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/// What a controller works on, what wakes it, and what it looks at. Immutable.
///
/// @param primary the kind it works on; null for every kind that can be listed, watched and deleted
/// @param matters whether a change of the object itself (before, now) is worth a plan
/// @param signs whether a change of the object itself (before, now) is a sign of life of what it stands for
/// @param neighbours whom a change that matters wakes besides the object itself
/// @param others further kinds
public record Watches<T extends ApiObject>(
        @Nullable Target<T> primary,
        BiPredicate<T, T> matters,
        @Nullable BiPredicate<T, T> signs,
        @Nullable Wakes<T> neighbours,
        List<Other<?>> others,
        List<Index<T>> indexes) {

    /// A change of an object of another kind, and whom it wakes.
    @FunctionalInterface
    public interface Wakes<O extends ApiObject> {
        /// @param changed the object before, and once more after the change; once when it is new or gone
        Collection<Key> keys(O changed, Seen seen);
    }

    /// @param matters whether a change (before, now) is worth waking anybody
    /// @param wakes null for a kind that is only looked at
    /// @param isSign whether it is a sign of life of whom it wakes
    public record Other<O extends ApiObject>(
            Target<O> target,
            BiPredicate<O, O> matters,
            @Nullable Wakes<O> wakes,
            boolean isSign,
            List<Index<O>> indexes) {
        Set<Key> keys(@Nullable O before, @Nullable O now, Seen seen) {
            if (before != null && now != null && !matters.test(before, now)) return Set.of();
            return woken(wakes, before, now, seen);
        }
    }

    /// Whom a change of the object itself wakes of its kind.
    Set<Key> neighbours(@Nullable T before, @Nullable T now, Seen seen) {
        return woken(neighbours, before, now, seen);
    }

    /// What a change takes away (an owner, a label) wakes as well as what it brings.
    private static <O extends ApiObject> Set<Key> woken(
            @Nullable Wakes<O> wakes, @Nullable O before, @Nullable O now, Seen seen) {
        if (wakes == null) return Set.of();
        var keys = new LinkedHashSet<Key>();
        if (before != null) keys.addAll(wakes.keys(before, seen));
        if (now != null) keys.addAll(wakes.keys(now, seen));
        return keys;
    }

    public static <T extends ApiObject> Watches<T> of(ResourceDefinition<T> kind) {
        return new Watches<>(Target.of(kind), (before, now) -> true, null, null, List.of(), List.of());
    }

    /// Every kind there is, custom ones included.
    public static Watches<ApiObject> ofEverything() {
        return new Watches<>(null, (before, now) -> true, null, null, List.of(), List.of(Index.byOwner()));
    }

    /// Sleeps through changes of the object itself that do not matter.
    public Watches<T> onlyWhen(BiPredicate<T, T> matters) {
        return new Watches<>(primary, matters, signs, neighbours, others, indexes);
    }

    /// Some changes of an object are signs of life, whose absence [Seen#silence] measures.
    public Watches<T> withSigns(BiPredicate<T, T> signs) {
        return new Watches<>(primary, matters, signs, neighbours, others, indexes);
    }

    /// A change of an object wakes others of its kind.
    public Watches<T> waking(Wakes<T> neighbours) {
        return new Watches<>(primary, matters, signs, neighbours, others, indexes);
    }

    public Watches<T> indexedBy(Index<T> index) {
        var more = new ArrayList<>(indexes);
        more.add(index);
        return new Watches<>(primary, matters, signs, neighbours, others, more);
    }

    /// Objects whose controller is one of ours wake it. They are found with [Seen#ownedBy].
    public <O extends ApiObject> Watches<T> owns(ResourceDefinition<O> kind) {
        Target<T> ours = java.util.Objects.requireNonNull(primary);
        return on(
                kind,
                (changed, seen) -> controllerKey(ours, changed).map(List::of).orElse(List.of()),
                Index.byOwner());
    }

    /// As [#owns]; and an object that nobody controls wakes all of ours in its namespace that
    /// `claims` it.
    public <O extends ApiObject> Watches<T> ownsOrAdopts(ResourceDefinition<O> kind, BiPredicate<T, O> claims) {
        Target<T> ours = java.util.Objects.requireNonNull(primary);
        return on(
                kind,
                (changed, seen) -> {
                    if (Owners.findController(changed).isPresent())
                        return controllerKey(ours, changed).map(List::of).orElse(List.of());
                    return seen.list(ours, changed.namespace()).stream()
                            .filter(each -> claims.test(each, changed))
                            .map(each -> Key.of(ours, each))
                            .toList();
                },
                Index.byOwner());
    }

    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final <O extends ApiObject> Watches<T> on(ResourceDefinition<O> kind, Wakes<O> wakes, Index<O>... indexes) {
        return with(new Other<>(Target.of(kind), (before, now) -> true, wakes, false, List.of(indexes)));
    }

    /// As [#on], and every change is a sign of life of whom it wakes.
    public <O extends ApiObject> Watches<T> onSign(ResourceDefinition<O> kind, Wakes<O> wakes) {
        return with(new Other<>(Target.of(kind), (before, now) -> true, wakes, true, List.of()));
    }

    /// As [#on], for changes that matter; that an object is new or gone always does.
    public <O extends ApiObject> Watches<T> onlyOn(
            ResourceDefinition<O> kind, BiPredicate<O, O> matters, Wakes<O> wakes) {
        return with(new Other<>(Target.of(kind), matters, wakes, false, List.of()));
    }

    /// Looks at a kind without being woken by it.
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public final <O extends ApiObject> Watches<T> reads(ResourceDefinition<O> kind, Index<O>... indexes) {
        return with(new Other<>(Target.of(kind), (before, now) -> false, null, false, List.of(indexes)));
    }

    private Watches<T> with(Other<?> other) {
        var more = new ArrayList<>(others);
        more.add(other);
        return new Watches<>(primary, matters, signs, neighbours, more, indexes);
    }

    private static Optional<Key> controllerKey(Target<?> ours, ApiObject object) {
        return Owners.findController(object)
                .filter(owner -> Owners.isKind(owner, ours.gvk()))
                .map(owner -> new Key(ours, object.namespace(), owner.text("name")));
    }
}
