package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.Kinds;
import io.amphora.api.ResourceDefinition;
import io.amphora.client.Discovery;
import io.amphora.client.Target;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The kinds that the server serves, custom ones included, as discovery told at one moment. Immutable.
public final class Kindred {
    /// Only the kinds that are compiled in.
    public static final Kindred BUILT_IN = builtIn();

    private final List<Target<?>> collectable;
    private final List<Target<?>> namespaced;
    private final Map<GroupVersionKind, Target<?>> byKind;
    private final Map<String, String> failures;

    private Kindred(
            List<Target<?>> collectable,
            List<Target<?>> namespaced,
            Map<GroupVersionKind, Target<?>> byKind,
            Map<String, String> failures) {
        this.collectable = List.copyOf(collectable);
        this.namespaced = List.copyOf(namespaced);
        this.byKind = Map.copyOf(byKind);
        this.failures = Map.copyOf(failures);
    }

    static Kindred of(Discovery discovery) {
        Discovery.Kinds all = discovery.all();
        var byKind = new HashMap<GroupVersionKind, Target<?>>();
        var collectable = new ArrayList<Target<?>>();
        var namespaced = new ArrayList<Target<?>>();
        var first = new LinkedHashMap<String, Target<?>>();
        for (Discovery.Kind kind : all.kinds()) {
            // A kind of several versions is followed in one of them, the first, which its group prefers.
            Target<?> target = first.computeIfAbsent(kind.gvk().group() + "/" + kind.plural(), name -> target(kind));
            byKind.put(kind.gvk(), target);
            if (!target.gvk().equals(kind.gvk())) continue;
            boolean event = kind.plural().equals("events");
            if (kind.can("list", "watch", "delete") && !event) collectable.add(target);
            if (kind.namespaced() && kind.can("list", "deletecollection") && !isEventTwin(kind)) namespaced.add(target);
        }
        return new Kindred(collectable, namespaced, byKind, all.failures());
    }

    private static Kindred builtIn() {
        var byKind = new HashMap<GroupVersionKind, Target<?>>();
        var collectable = new ArrayList<Target<?>>();
        var namespaced = new ArrayList<Target<?>>();
        for (ResourceDefinition<?> definition : Kinds.ALL) {
            byKind.put(definition.gvk(), Target.of(definition));
            if (definition.storage() != null) continue;
            if (definition.verbs().contains("delete") && !definition.plural().equals("events"))
                collectable.add(Target.of(definition));
            if (definition.namespaced() && definition.verbs().contains("delete")) namespaced.add(Target.of(definition));
        }
        return new Kindred(collectable, namespaced, byKind, Map.of());
    }

    /// The compiled definition where there is one: its objects have a type.
    private static Target<? extends ApiObject> target(Discovery.Kind kind) {
        for (ResourceDefinition<?> definition : Kinds.ALL)
            if (definition.gvk().equals(kind.gvk()) && definition.plural().equals(kind.plural()))
                return Target.of(definition);
        return kind.target();
    }

    /// Events are served by two groups and stored once.
    private static boolean isEventTwin(Discovery.Kind kind) {
        return kind.plural().equals("events") && kind.gvk().group().equals("events.k8s.io");
    }

    /// What can be listed, watched and deleted, each once; without events, which own nothing and are owned by
    /// nobody.
    public List<Target<?>> collectable() {
        return collectable;
    }

    /// What a namespace may contain.
    public List<Target<?>> namespaced() {
        return namespaced;
    }

    /// The target under which objects of a kind, in any served version, are followed.
    public Optional<Target<?>> find(GroupVersionKind gvk) {
        return Optional.ofNullable(byKind.get(gvk));
    }

    /// Groups that did not answer, and why.
    public Map<String, String> failures() {
        return failures;
    }
}
