package io.amphora.apiserver.custom;

import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;

/// The schemas of custom kinds, as their definitions have them.
public final class CustomSchemas {
    private CustomSchemas() {}

    /// Empty for a built-in kind.
    public static Optional<ObjectTree> of(ResourceDefinition<?> kind) {
        return kind.strategy() instanceof CustomStrategy strategy ? Optional.of(strategy.schema()) : Optional.empty();
    }
}
