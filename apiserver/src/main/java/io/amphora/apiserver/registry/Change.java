package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.machinery.apply.FieldOwnership;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;

/// What somebody wants to make of an object. May be asked several times, when others change the object
/// meanwhile.
///
/// All trees are of the version that the client speaks.
public interface Change {
    /// What the object is to become, decoded and without what is not part of its kind.
    ///
    /// @param live what is stored
    ObjectTree apply(Write write, ObjectTree live, Instant now);

    /// Whether it makes an object where there is none, which takes the right to create one.
    default boolean creates(Write write) {
        return false;
    }

    /// The object to create where there is none.
    default ObjectTree whereAbsent(Write write, Instant now) {
        throw ApiException.notFound(write.kind(), write.name());
    }

    /// Enters in `metadata.managedFields` who changed what.
    ///
    /// @param live what is replaced; of a creation, the empty object of the kind
    default ObjectTree books(Write write, ObjectTree live, ObjectTree wanted, boolean creation, Instant now) {
        return FieldOwnership.update(
                live, wanted, write.kind().schema(), write.updating(), write.ignored(), creation, now);
    }

    /// Whether it is the server's own doing, which no strategy has to restrain and no rule has to check.
    default boolean isServers() {
        return false;
    }

    /// Refuses what is about another object than the path names.
    static void requireName(Write write, ObjectTree sent) {
        Placement.ofChange(write, sent);
    }

    /// The refusal of a change that was meant for an object of the same name that is gone.
    static ApiException otherUid(Write write, String asked, String stored) {
        String place = write.namespace().isEmpty() ? "" : write.namespace() + "/";
        // A dry run does not come as far as to where the prefix is added.
        String prefix = write.options().dryRun() ? "" : "/registry";
        String key = prefix + ShownKeys.prefix(write.storedKind()) + place + write.name();
        return ApiException.conflict(
                write.kind(),
                write.name(),
                "StorageError: invalid object, Code: 4, Key: " + key
                        + ", ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: " + asked
                        + ", UID in object meta: " + stored);
    }

    /// What came of a change.
    ///
    /// @param created whether there was nothing before
    record Outcome(Storing.Result result, boolean created) {}
}
