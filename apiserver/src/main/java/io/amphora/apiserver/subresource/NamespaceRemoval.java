package io.amphora.apiserver.subresource;

import io.amphora.apiserver.registry.Removal;
import io.amphora.apiserver.registry.Times;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;

/// A namespace ends in two steps: its first deletion closes it, and it goes when nothing is left in it, which
/// `spec.finalizers` stand for.
public final class NamespaceRemoval implements Removal {
    @Override
    public boolean isHeld(ObjectTree namespace) {
        return !namespace.object("spec").list("finalizers").isEmpty() || Removal.super.isHeld(namespace);
    }

    @Override
    public boolean alwaysMarksFirst() {
        return true;
    }

    @Override
    public ObjectTree marked(ObjectTree namespace, Instant now) {
        if (!namespace.object("metadata").text("deletionTimestamp").isEmpty()) return namespace;
        ObjectTree metadata = namespace.object("metadata").with("deletionTimestamp", Times.seconds(now));
        return namespace
                .with("metadata", metadata)
                .with("status", namespace.object("status").with("phase", "Terminating"));
    }
}
