package io.amphora.api;

import io.amphora.machinery.tree.ObjectTree;

/// A typed look at an object's tree. The generated types are records of one component, the tree, so a view costs
/// nothing, loses nothing (fields of a newer version stay where they are) and equals another when the trees are
/// equal.
///
/// An accessor gives Go's zero value for what is absent ("", 0, false, an empty list, an empty view), because
/// that is
/// what Kubernetes means by it; `find…` tells absent from zero. `with…` returns a changed copy.
public interface View {
    ObjectTree tree();
}
