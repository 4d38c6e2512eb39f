package io.amphora.apiserver.state;

import io.amphora.api.ResourceDefinition;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which objects a watcher wants to hear of.
///
/// @param kind the definition that is stored
/// @param prefix of their keys
/// @param selected what the selectors say, besides the prefix
/// @param only a field value that all of them have (`spec.nodeName=n1`), so that a thousand kubelets don't each
///     look at every Pod; null for none
public record Interest(
        ResourceDefinition<?> kind,
        String prefix,
        Predicate<Stored> selected,
        @Nullable FieldValue only) {

    public record FieldValue(String field, String value) {}

    boolean covers(@Nullable Stored object) {
        return object != null && object.key().startsWith(prefix) && selected.test(object);
    }
}
