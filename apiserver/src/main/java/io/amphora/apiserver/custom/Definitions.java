package io.amphora.apiserver.custom;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitions;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.registry.Deletion;
import io.amphora.apiserver.registry.Registry;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Following;
import io.amphora.apiserver.state.Key;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// Follows the definitions: gives them names, has the registry serve their kinds, and clears away the objects of those
/// that are deleted. Has a thread; one look at all definitions after each change of one.
public final class Definitions implements AutoCloseable {
    private static final String PATH = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/";
    private static final Duration AGAIN = Duration.ofMillis(200);

    private final ClusterState state;
    private final Registry registry;
    private final Deletion deletions;
    private final Transport admin;
    private final Clock clock;
    private final Consumer<Throwable> log;
    private final Following following;
    private Map<String, Served> defined = Map.of();
    private volatile boolean closed;

    /// What is defined already is served at once.
    ///
    /// @param admin may do everything
    /// @param log is told of what should not happen
    public Definitions(
            ClusterState state,
            Registry registry,
            Deletion deletions,
            Transport admin,
            Clock clock,
            Consumer<Throwable> log) {
        this.state = state;
        this.registry = registry;
        this.deletions = deletions;
        this.admin = admin;
        this.clock = clock;
        this.log = log;
        define(all());
        this.following = new Following(state, List.of(CustomResourceDefinitions.DEFINITION), this::lookSafely);
    }

    private void lookSafely() {
        if (closed) return;
        try {
            look();
        } catch (ApiException refused) {
            if (refused.code() != 409 && refused.code() != 404) log.accept(refused);
            later();
        } catch (RuntimeException bug) {
            log.accept(bug);
        }
    }

    private void later() {
        var _ = clock.after(AGAIN, this::lookSafely);
    }

    private synchronized void look() {
        if (closed) return;
        List<CustomResourceDefinition> all = all();
        List<CustomResourceDefinition> decided = decided(all);
        // Served first, and then said to be: whoever hears that a kind is established asks discovery at once.
        define(decided);
        for (int i = 0; i < all.size(); i++)
            if (!decided.get(i).status().equals(all.get(i).status()))
                send("PUT", PATH + all.get(i).name() + "/status", decided.get(i).tree());
        for (CustomResourceDefinition definition : all()) if (isGoing(definition)) clear(definition);
    }

    /// One after the other, so that of two that are new the later one sees which names the first has got.
    private List<CustomResourceDefinition> decided(List<CustomResourceDefinition> all) {
        var decided = new ArrayList<>(all);
        for (int i = 0; i < decided.size(); i++) {
            CustomResourceDefinition each = decided.get(i);
            if (!isGoing(each) || isServed(each)) decided.set(i, DefinitionNames.decided(each, decided, clock.now()));
        }
        return decided;
    }

    /// In the order in which they were made.
    private List<CustomResourceDefinition> all() {
        return state.now().list(CustomResourceDefinitions.DEFINITION, "").stream()
                .sorted(Comparator.comparingLong(entry -> entry.value().createdAt()))
                .map(entry -> CustomResourceDefinition.of(entry.value().tree()))
                .toList();
    }

    private static boolean isGoing(CustomResourceDefinition definition) {
        return definition.metadata().findDeletionTimestamp().isPresent();
    }

    /// A kind is served a moment before its definition says so. Who deletes the definition in that moment may have
    /// made objects already, which have to go first.
    private boolean isServed(CustomResourceDefinition definition) {
        Served served = defined.get(definition.name());
        return served != null && served.definition.uid().equals(definition.uid());
    }

    /// A definition and what it was compiled to.
    ///
    /// @param stored the version that is stored, served or not
    /// @param kinds the versions that are served
    private record Served(
            CustomResourceDefinition definition, ResourceDefinition<?> stored, List<ResourceDefinition<?>> kinds) {
        static Served of(CustomResourceDefinition definition) {
            ResourceDefinition<CustomObject> stored = CustomKinds.stored(definition);
            return new Served(definition, stored, CustomKinds.served(definition, stored));
        }

        /// Whether another look at the definition would come to the same.
        boolean is(CustomResourceDefinition now) {
            return now.uid().equals(definition.uid())
                    && now.spec().equals(definition.spec())
                    && now.status().acceptedNames().equals(definition.status().acceptedNames());
        }
    }

    /// Compiles anew only what has changed in what counts: the other kinds stay the same, and with them all that is
    /// known about their objects. Who watches a kind that changed has to come back, and is told of it as it is now.
    private void define(List<CustomResourceDefinition> all) {
        var served = new LinkedHashMap<String, Served>();
        for (CustomResourceDefinition each : all) {
            if (!DefinitionNames.is(each, "Established")) continue;
            Served before = defined.get(each.name());
            served.put(each.name(), before != null && before.is(each) ? before : Served.of(each));
        }
        List<Served> past = defined.values().stream()
                .filter(before -> served.get(before.definition.name()) != before)
                .toList();
        if (past.isEmpty() && served.size() == defined.size()) return;
        defined = served;
        registry.defineCustom(
                served.values().stream().flatMap(each -> each.kinds.stream()).toList());
        for (Served each : past) state.endWatches(Key.prefix(each.stored));
    }

    // ---- the end of a definition ----

    private void clear(CustomResourceDefinition definition) {
        List<String> finalizers = definition.metadata().finalizers();
        if (!finalizers.contains(DefinitionRemoval.FINALIZER)) return;
        Served served = defined.get(definition.name());
        if (served != null && !isEmptied(served.stored)) {
            later();
            return;
        }
        var left = new ArrayList<>(finalizers);
        left.remove(DefinitionRemoval.FINALIZER);
        send(
                "PUT",
                PATH + definition.name(),
                definition
                        .withMetadata(definition.metadata().withFinalizers(left))
                        .tree());
    }

    /// Deletes what is there of a kind.
    ///
    /// @return whether nothing is left
    private boolean isEmptied(ResourceDefinition<?> kind) {
        deletions.deleteAll(kind, User.ADMIN);
        return state.now().list(kind, "").stream().findAny().isEmpty();
    }

    private void send(String method, String path, ObjectTree object) {
        admin.call(new ApiRequest(
                method, path, Map.of(), Map.of(), new ApiRequest.Body.Value("application/json", object)));
    }

    /// Returns when the last write is done.
    @Override
    public void close() {
        closed = true;
        following.close();
        synchronized (this) {
            defined = Map.of();
        }
    }
}
