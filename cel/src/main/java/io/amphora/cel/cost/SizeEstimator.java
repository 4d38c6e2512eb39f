package io.amphora.cel.cost;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// Knows how large values may be that are not made by the expression.
@FunctionalInterface
public interface SizeEstimator {
    /// @param path from a variable: names of fields, `@items`, `@values`, `@keys`
    /// @return null where it is not known
    @Nullable
    SizeEstimate size(List<String> path);
}
