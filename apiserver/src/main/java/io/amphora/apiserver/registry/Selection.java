package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.request.ListOptions;
import io.amphora.apiserver.request.RequestInfo;
import io.amphora.apiserver.state.Interest;
import io.amphora.apiserver.state.Interest.FieldValue;
import io.amphora.apiserver.state.Key;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.select.FieldSelector;
import io.amphora.machinery.select.LabelSelector;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Which objects of a kind a list, watch or deletion of a collection is about: namespace, label selector, field
/// selector.
record Selection(ResourceDefinition<?> kind, String prefix, LabelSelector labels, FieldSelector fields) {

    /// Kinds that word their refusal of a field as Kubernetes' hand-written conversions do although the fields
    /// are only the usual ones; the others that do have fields of their own.
    private static final Map<String, String> OWN_WORDS =
            Map.of("jobs.batch", "field label \"%s\" not supported for Job");

    static Selection of(ResourceDefinition<?> kind, RequestInfo info, ListOptions options) {
        requireKnown(kind, options.fields());
        String prefix = Key.prefix(kind, kind.namespaced() ? info.namespace() : "");
        return new Selection(kind, prefix, options.labels(), ofName(info.name(), options.fields()));
    }

    /// A request that names an object was authorized for that one alone.
    private static FieldSelector ofName(String name, FieldSelector fields) {
        if (name.isEmpty()) return fields;
        if (fields.matchesEverything()) return FieldSelector.of("metadata.name", name);
        if (fields.exactValue("metadata.name").filter(name::equals).isEmpty())
            throw ApiException.badRequest("fieldSelector metadata.name doesn't match requested name");
        return fields;
    }

    boolean matchesEverything() {
        return labels.matchesEverything() && fields.matchesEverything();
    }

    boolean matches(Stored object) {
        return (labels.matchesEverything() || labels.matches(object.labels()))
                && (fields.matchesEverything() || fields.matches(field -> value(object, field)));
    }

    Interest interest() {
        return new Interest(Key.stored(kind), prefix, this::matches, insistedOn());
    }

    /// The field with the fewest objects to a value comes first. Fields of custom resources are their version's own.
    private @Nullable FieldValue insistedOn() {
        return Stream.concat(
                        Stream.of("metadata.name", "spec.nodeName"),
                        fields.terms().stream().map(FieldSelector.Term::field))
                .filter(field -> kind.isBuiltIn() || field.equals("metadata.name"))
                .filter(field -> fields.exactValue(field).isPresent())
                .map(field -> new FieldValue(field, fields.exactValue(field).orElse("")))
                .filter(only -> !only.value().isEmpty())
                .findFirst()
                .orElse(null);
    }

    private String value(Stored object, String field) {
        return switch (field) {
            case "metadata.name" -> object.name();
            case "metadata.namespace" -> object.namespace();
            default -> {
                String inStored =
                        kind.isBuiltIn() ? object.selectable(Key.stored(kind)).get(field) : null;
                yield inStored != null ? inStored : ownValue(kind, object, field);
            }
        };
    }

    /// A version may call a field otherwise than the stored one (`regarding.name` of events.k8s.io), and what a custom
    /// resource has is its definition's to say today.
    private static <T extends ApiObject> String ownValue(ResourceDefinition<T> kind, Stored object, String field) {
        if (kind.isBuiltIn() && kind.storage() == null) return "";
        T view = kind.view(Versions.shown(kind, object));
        return kind.strategy().selectableFields(view).getOrDefault(field, "");
    }

    private static void requireKnown(ResourceDefinition<?> kind, FieldSelector selector) {
        List<String> own = kind.strategy().selectableFieldLabels();
        Set<String> usual = Set.of("metadata.name", "metadata.namespace");
        for (FieldSelector.Term term : selector.terms()) {
            if (usual.contains(term.field()) || own.contains(term.field())) continue;
            throw ApiException.badRequest(refusal(kind, term.field(), own));
        }
    }

    private static String refusal(ResourceDefinition<?> kind, String field, List<String> own) {
        String words = OWN_WORDS.get(kind.qualifiedName());
        if (words != null) return words.formatted(field);
        boolean plain = own.isEmpty()
                || kind.qualifiedName().equals("replicasets.apps"); // its one field more is not mentioned either
        return plain
                ? "\"" + field + "\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                : "field label not supported: " + field;
    }
}
