package io.amphora.composition.cis;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;

/// What a server said.
record Answer(int code, String text) {
    boolean isGood() {
        return code >= 200 && code < 300;
    }

    /// Empty when it is no object.
    ObjectTree tree() {
        try {
            return Json.read(text).object();
        } catch (JsonSyntaxException none) {
            return ObjectTree.EMPTY;
        }
    }
}
