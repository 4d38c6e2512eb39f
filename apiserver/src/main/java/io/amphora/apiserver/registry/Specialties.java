package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import java.util.Map;

/// What single kinds do besides what their strategy says, because it takes the server's state: by qualified
/// name (`services`, `deployments.apps`).
///
/// @param reservers who gives addresses and the like
/// @param removals how a kind's objects end, where that is not the usual way
public record Specialties(Map<String, Reserver> reservers, Map<String, Removal> removals) {
    public static final Specialties NONE = new Specialties(Map.of(), Map.of());

    Reserver reserver(ResourceDefinition<?> kind) {
        return reservers.getOrDefault(kind.qualifiedName(), Reserver.NOTHING);
    }

    Removal removal(ResourceDefinition<?> kind) {
        return removals.getOrDefault(kind.qualifiedName(), Removal.USUAL);
    }
}
