package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitions;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import java.util.Optional;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Supplier;

/// A namespace, and a definition, closes with the first step of its deletion: from then on nothing is created in it,
/// and
/// whoever empties it after that step finds all there will ever be. Creations look whether it is open and write in
/// one; closing waits for those that are underway.
public final class Closings {
    private final ClusterState state;
    private final StampedLock lock = new StampedLock();

    public Closings(ClusterState state) {
        this.state = state;
    }

    /// @param refuse what to do first when the place has closed since the object was admitted
    <T> T create(Write write, Runnable refuse, Supplier<T> creation) {
        long stamp = lock.readLock();
        try {
            if (!isOpen(write)) refuse.run();
            return creation.get();
        } finally {
            lock.unlockRead(stamp);
        }
    }

    /// @param marking writes that the place is closed
    <T> T close(Supplier<T> marking) {
        long stamp = lock.writeLock();
        try {
            return marking.get();
        } finally {
            lock.unlockWrite(stamp);
        }
    }

    private boolean isOpen(Write write) {
        Snapshot now = state.now();
        ResourceDefinition<?> kind = write.kind();
        if (!kind.isBuiltIn()) {
            Optional<Stored> definition = now.find(CustomResourceDefinitions.DEFINITION, "", kind.qualifiedName());
            if (definition.isEmpty()) throw Refusals.notFound(); // as for everybody who comes a moment later
            if (isGoing(definition.get())) return false;
        }
        return !kind.namespaced()
                || now.find(Namespaces.DEFINITION, "", write.namespace())
                        .filter(namespace -> !isGoing(namespace))
                        .isPresent();
    }

    private static boolean isGoing(Stored object) {
        return object.metadata().has("deletionTimestamp");
    }
}
