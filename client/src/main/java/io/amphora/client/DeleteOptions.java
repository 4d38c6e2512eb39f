package io.amphora.client;

import io.amphora.machinery.tree.ObjectTree;

/// How a delete is done (meta/v1 DeleteOptions). Immutable; start from [#PLAIN].
public record DeleteOptions(ObjectTree tree) {
    public static final DeleteOptions PLAIN =
            new DeleteOptions(ObjectTree.of("apiVersion", "v1", "kind", "DeleteOptions"));

    public static DeleteOptions background() {
        return PLAIN.withPropagation("Background");
    }

    public static DeleteOptions foreground() {
        return PLAIN.withPropagation("Foreground");
    }

    public static DeleteOptions orphan() {
        return PLAIN.withPropagation("Orphan");
    }

    public DeleteOptions withPropagation(String policy) {
        return new DeleteOptions(tree.with("propagationPolicy", policy));
    }

    public DeleteOptions withGraceSeconds(long seconds) {
        return new DeleteOptions(tree.with("gracePeriodSeconds", seconds));
    }

    /// Only the object of this uid; otherwise 409.
    public DeleteOptions withUid(String uid) {
        return new DeleteOptions(
                tree.with("preconditions", tree.object("preconditions").with("uid", uid)));
    }

    /// Only the object as it was at this version; otherwise 409.
    public DeleteOptions withResourceVersion(String version) {
        return new DeleteOptions(
                tree.with("preconditions", tree.object("preconditions").with("resourceVersion", version)));
    }

    public DeleteOptions dryRun() {
        return new DeleteOptions(
                tree.with("dryRun", io.amphora.machinery.tree.ListTree.of(io.amphora.machinery.tree.Tree.of("All"))));
    }
}
