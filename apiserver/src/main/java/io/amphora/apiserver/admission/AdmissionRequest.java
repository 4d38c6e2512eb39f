package io.amphora.apiserver.admission;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.auth.User;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What a plugin is told about a write besides the object.
///
/// @param resource of the request; with a subresource, that of the main resource
/// @param subresource "" for none
/// @param name "" while a create has only a generateName, and for each object of a DELETE of a whole list
/// @param old what is stored, in the version of `resource`; empty for a create
/// @param options CreateOptions, UpdateOptions, PatchOptions or DeleteOptions as sent
/// @param cluster as it is before the write
/// @param warn takes texts for Warning headers
public record AdmissionRequest(
        Operation operation,
        ResourceDefinition<?> resource,
        String subresource,
        String namespace,
        String name,
        Optional<ObjectTree> old,
        ObjectTree options,
        boolean dryRun,
        User user,
        Snapshot cluster,
        Consumer<String> warn) {

    public enum Operation {
        CREATE,
        UPDATE,
        DELETE,
        CONNECT
    }

    /// Whether it is one of these operations on the main resource of a kind.
    public boolean is(String group, String kind, Operation... operations) {
        return subresource.isEmpty()
                && resource.kind().equals(kind)
                && resource.group().equals(group)
                && Set.of(operations).contains(operation);
    }
}
