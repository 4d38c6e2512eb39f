package io.amphora.kubectl.command;

import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// The annotation in which `apply` keeps what it applied last.
final class LastApplied {
    static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

    private LastApplied() {}

    /// The object with itself as an annotation: what a later apply compares with.
    static ObjectTree annotated(ObjectTree object) {
        ObjectTree bare = bare(object);
        return bare.withAt(Tree.of(GoJson.write(bare) + "\n"), "metadata", "annotations", ANNOTATION);
    }

    /// The object as the annotation has it: without the annotation, and with annotations all the same.
    static ObjectTree bare(ObjectTree object) {
        return object.withAt(
                object.object("metadata").object("annotations").without(ANNOTATION), "metadata", "annotations");
    }

    /// "" for an object that was never applied.
    static String text(ObjectTree object) {
        return object.object("metadata").object("annotations").text(ANNOTATION);
    }

    static ObjectTree of(ObjectTree object) {
        String text = text(object);
        return text.isEmpty() ? ObjectTree.EMPTY : Json.read(text).object();
    }
}
