package io.amphora.apiserver.registry;

import io.amphora.apiserver.request.DeleteOptions;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;

/// How objects of a kind end.
public interface Removal {
    /// The usual way: finalizers hold an object, and one that nothing holds goes without having been marked.
    Removal USUAL = new Removal() {};

    /// Whether something still has to be done before the object may go.
    default boolean isHeld(ObjectTree object) {
        return !object.object("metadata").list("finalizers").isEmpty();
    }

    /// Whether a first deletion only marks the object, even one that nothing holds.
    default boolean alwaysMarksFirst() {
        return false;
    }

    /// Text of a Warning header for a deletion that may not do what its sender expects; "" for none.
    default String warning(DeleteOptions options) {
        return "";
    }

    /// The object as one that is being deleted from `now` on and is only held by its finalizers.
    default ObjectTree marked(ObjectTree object, Instant now) {
        ObjectTree metadata = object.object("metadata");
        if (metadata.text("deletionTimestamp").isEmpty() && metadata.whole("generation") > 0)
            metadata = metadata.with("generation", metadata.whole("generation") + 1);
        String before = metadata.text("deletionTimestamp");
        if (before.isEmpty() || Instant.parse(before).isAfter(now))
            metadata = metadata.with("deletionTimestamp", Times.seconds(now));
        return object.with("metadata", metadata.with("deletionGracePeriodSeconds", 0));
    }
}
