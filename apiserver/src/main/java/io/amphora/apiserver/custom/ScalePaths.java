package io.amphora.apiserver.custom;

import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Optional;

/// Where a custom resource has what `scale` shows; simple paths such as `.spec.replicas`.
///
/// @param selector of a label selector in text form; "" for none
public record ScalePaths(String spec, String status, String selector) {

    /// Empty for a built-in kind.
    public static Optional<ScalePaths> of(ResourceDefinition<?> kind) {
        return kind.strategy() instanceof CustomStrategy strategy ? Optional.of(strategy.scale()) : Optional.empty();
    }

    /// The value at a simple path, null where there is none.
    public static Tree at(ObjectTree object, String path) {
        return path.isEmpty() ? Tree.NULL : object.at(steps(path));
    }

    public static ObjectTree with(ObjectTree object, String path, Tree value) {
        return object.withAt(value, steps(path));
    }

    private static String[] steps(String path) {
        return path.substring(1).split("\\.");
    }
}
