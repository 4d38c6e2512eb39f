package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.apiserver.registry.Reserver.Reservation;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.NoRoomException;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The last step of every write: reserve what the object needs, and store it. Trees here are of the stored
/// version.
final class Storing {
    private static final String CONFLICT =
            "the object has been modified; please apply your changes to the latest version and try again";

    private final ClusterState state;
    private final Specialties specialties;

    Storing(ClusterState state, Specialties specialties) {
        this.state = state;
        this.specialties = specialties;
    }

    /// What a write left behind.
    ///
    /// @param stored null for a dry run, and for an object that went with this write
    record Result(ObjectTree tree, @Nullable Stored stored) {}

    /// @return empty when the name is taken
    Optional<Result> create(Write write, ObjectTree object) {
        Reservation reserved = reserve(write, Optional.empty(), object);
        if (write.options().dryRun()) {
            boolean taken = state.now().find(write.key()).isPresent();
            return taken ? Optional.empty() : Optional.of(new Result(reserved.object(), null));
        }
        return committed(reserved, fitting -> state.create(write.key(), fitting));
    }

    /// @return empty when somebody else wrote the object in the meantime
    Optional<Result> replace(Write write, Stored seen, ObjectTree object) {
        Reservation reserved = reserve(write, Optional.of(seen.tree()), object);
        if (write.options().dryRun()) return Optional.of(new Result(versionOf(seen, reserved.object()), null));
        return committed(reserved, fitting -> state.replace(seen, fitting));
    }

    /// Replaces without reserving: what only marks the object.
    Optional<Stored> mark(Stored seen, ObjectTree object) {
        return state.replace(seen, object);
    }

    Optional<Stored> delete(Write write, Stored seen) {
        Optional<Stored> gone = state.delete(seen);
        if (gone.isPresent()) reserverOf(write).released(seen.tree());
        return gone;
    }

    static ApiException conflict(Write write) {
        return ApiException.conflict(write.kind(), write.name(), CONFLICT);
    }

    private static ObjectTree versionOf(Stored seen, ObjectTree object) {
        return object.with(
                "metadata", object.object("metadata").with("resourceVersion", Long.toString(seen.revision())));
    }

    private Reservation reserve(Write write, Optional<ObjectTree> old, ObjectTree object) {
        return reserverOf(write)
                .reserve(state.now(), old, object, write.options().dryRun());
    }

    private Reserver reserverOf(Write write) {
        return specialties.reserver(write.storedKind());
    }

    private static Optional<Result> committed(Reservation reserved, Function<ObjectTree, Optional<Stored>> write) {
        boolean done = false;
        try {
            Optional<Stored> written = fitting(reserved.object(), write);
            done = written.isPresent();
            return written.map(stored -> new Result(stored.tree(), stored));
        } finally {
            if (done) reserved.done().run();
            else reserved.undo().run();
        }
    }

    /// As Kubernetes does, an object that is too large is tried once more without its managedFields.
    private static Optional<Stored> fitting(ObjectTree object, Function<ObjectTree, Optional<Stored>> write) {
        try {
            return write.apply(object);
        } catch (NoRoomException tooLarge) {
            ObjectTree metadata = object.object("metadata");
            if (tooLarge.reason() != NoRoomException.Reason.OBJECT_TOO_LARGE || !metadata.has("managedFields"))
                throw tooLarge;
            return write.apply(object.with("metadata", metadata.without("managedFields")));
        }
    }
}
