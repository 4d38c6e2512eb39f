package io.amphora.api;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// What is particular about one kind on its way through the API server. Pure functions; the steps every kind
/// shares
/// (metadata, pruning, generated defaults, generation, managedFields) are the server's own.
///
/// The order on a write: [#withDefaults], admission, [#prepareForCreate] or [#prepareForUpdate], [#validate] (and
/// [#validateUpdate]), [#warnings], store.
public interface Strategy<T extends ApiObject> {

    /// What the store holds, as objects of this version are today: the same tree, unless the kind has changed since.
    default ObjectTree fromStore(ObjectTree stored) {
        return stored;
    }

    /// The object with the defaults that depend on other fields; constant ones come from the schema.
    default T withDefaults(T object) {
        return object;
    }

    default MetadataChecks metadataChecks() {
        return MetadataChecks.BOTH;
    }

    /// Clears what a client may not set on creation (status) and sets what the server does.
    default T prepareForCreate(T object) {
        return object;
    }

    /// Restores what an update of the main resource may not change (status).
    default T prepareForUpdate(T updated, T stored) {
        return updated;
    }

    /// Restores what an update of a subresource (`status`, `resize`, …) may not change.
    default T prepareForUpdate(String subresource, T updated, T stored) {
        return updated;
    }

    /// Sets times that the server keeps, on an update of the main resource or of its status that changes
    /// anything. On a
    /// creation such times are `metadata.creationTimestamp`, which is there before [#prepareForCreate].
    default T stamp(T updated, T stored, Instant now) {
        return updated;
    }

    /// Whether `updated` differs from `stored` in what counts for `metadata.generation`; never true for kinds
    /// without
    /// one.
    default boolean changesGeneration(T updated, T stored) {
        return hasGeneration()
                && !updated.tree().get("spec").equals(stored.tree().get("spec"));
    }

    /// Whether a new object gets `metadata.generation` 1.
    default boolean hasGeneration() {
        return true;
    }

    default void validate(T object, FieldErrors errors) {}

    /// Validation of an update of the main resource, after [#validate] of the updated object, unless it
    /// [#validatesUpdateAlone].
    default void validateUpdate(T updated, T stored, FieldErrors errors) {}

    /// Whether an update is checked by [#validateUpdate] only: kinds that check an object that is there less
    /// strictly
    /// than a new one.
    default boolean validatesUpdateAlone() {
        return false;
    }

    /// Validation of an update of a subresource.
    default void validateUpdate(String subresource, T updated, T stored, FieldErrors errors) {}

    /// Texts of the Warning headers of a create or update.
    default List<String> warnings(T object) {
        return List.of();
    }

    /// Texts of the Warning headers of an update.
    default List<String> warningsOnUpdate(T updated, T stored) {
        return warnings(updated);
    }

    /// Text of the Warning header of every request for a kind that is on its way out; "" for all others.
    default String deprecation() {
        return "";
    }

    /// What a list is called, where that is more than the kind and `List`; "" where it is not.
    default String listKind() {
        return "";
    }

    /// How names are checked: "dns-subdomain" (usual), "dns-label", "dns-label-1035", "path-segment".
    default String nameFormat() {
        return "dns-subdomain";
    }

    /// Whether PUT creates what is absent.
    default boolean allowCreateOnUpdate() {
        return false;
    }

    /// Whether PUT without a resourceVersion overwrites.
    default boolean allowUnconditionalUpdate() {
        return true;
    }

    /// Whether DELETE answers with the object rather than with a Status.
    default boolean returnsDeletedObject() {
        return false;
    }

    /// Seconds of grace that a DELETE gives when it names none; 0 deletes at once.
    default long gracePeriodSeconds(T object) {
        return 0;
    }

    /// What a deletion without a policy does with dependents: "background", or "orphan" (Jobs of batch/v1,
    /// ReplicationControllers).
    default String defaultPropagation() {
        return "background";
    }

    /// Values of field selectors besides metadata.name and metadata.namespace, by label (`spec.nodeName`).
    default Map<String, String> selectableFields(T object) {
        return Map.of();
    }

    /// The labels that [#selectableFields] has, also for a selector on an empty collection.
    default List<String> selectableFieldLabels() {
        return List.of();
    }
}
