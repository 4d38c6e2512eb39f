package io.amphora.controllers;

import io.amphora.api.ApiObject;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;

/// A write of a plan, which the next plan of the same key must see: otherwise it would make the same Pod twice.
///
/// @param revision of the write; 0 for a deletion
/// @param uid of what was deleted, "" for other writes
record OwnWrite(Target<?> target, String namespace, String name, long revision, String uid) {

    static OwnWrite written(Target<?> target, ObjectTree written) {
        ObjectTree metadata = written.object("metadata");
        return new OwnWrite(
                target,
                metadata.text("namespace"),
                metadata.text("name"),
                revision(metadata.text("resourceVersion")),
                "");
    }

    static OwnWrite deleted(Action.Delete delete) {
        return new OwnWrite(delete.target(), delete.namespace(), delete.name(), 0, delete.uid());
    }

    boolean isContainedIn(Snapshot<?> snapshot) {
        if (snapshot.revision() >= revision && uid.isEmpty()) return true;
        Optional<? extends ApiObject> known = snapshot.find(namespace, name);
        if (uid.isEmpty())
            return known.map(each -> revision(each.tree().object("metadata").text("resourceVersion")) >= revision)
                    .orElse(false);
        return known.map(each -> !each.uid().equals(uid)
                        || each.tree().object("metadata").has("deletionTimestamp"))
                .orElse(true);
    }

    /// Versions that are no numbers cannot be compared, and are not waited for.
    static long revision(String version) {
        try {
            return version.isEmpty() ? 0 : Long.parseLong(version);
        } catch (NumberFormatException foreign) {
            return 0;
        }
    }
}
