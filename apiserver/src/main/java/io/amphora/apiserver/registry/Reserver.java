package io.amphora.apiserver.registry;

import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;

/// Gives an object of a kind something there is only one of (an address, a port) right before it is stored.
public interface Reserver {
    /// @param old what is stored; empty for a creation
    /// @param dryRun to choose, but take nothing
    /// @throws io.amphora.api.ApiException when there is none left, or what was asked for is taken
    Reservation reserve(Snapshot cluster, Optional<ObjectTree> old, ObjectTree updated, boolean dryRun);

    /// Takes back what a deleted object had.
    default void released(ObjectTree object) {}

    /// @param object with what it was given
    /// @param undo gives it back, when the object was not stored after all
    /// @param done gives back what the object before no longer needs, when it was
    record Reservation(ObjectTree object, Runnable undo, Runnable done) {
        public static Reservation none(ObjectTree object) {
            return new Reservation(object, () -> {}, () -> {});
        }
    }

    Reserver NOTHING = (cluster, old, updated, dryRun) -> Reservation.none(updated);
}
