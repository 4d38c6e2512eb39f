package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.apiserver.state.Key;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.apply.FieldSet;
import io.amphora.machinery.apply.Manager;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Optional;

/// One write on its way: what is written, how, and by whom.
///
/// @param kind as the client speaks it
/// @param subresource "" for the main resource
public record Write(Call call, ResourceDefinition<?> kind, String subresource, String name, WriteOptions options) {

    public static Write of(Call call, ResourceDefinition<?> kind, WriteOptions options) {
        return new Write(call, kind, call.info().subresource(), call.name(), options);
    }

    Write named(String name) {
        return new Write(call, kind, subresource, name, options);
    }

    /// "" for a kind of the cluster, also where the path names a namespace, as that of the namespaces
    /// themselves does.
    public String namespace() {
        return kind.namespaced() ? call.namespace() : "";
    }

    public String key() {
        return Key.of(kind, namespace(), name);
    }

    public ResourceDefinition<?> storedKind() {
        return Key.stored(kind);
    }

    /// Whose rules hold: those of the stored form of a built-in kind, and of a custom one those of the version that the
    /// client speaks.
    public ResourceDefinition<?> ruling() {
        return kind.isBuiltIn() ? storedKind() : kind;
    }

    public boolean isMain() {
        return subresource.isEmpty();
    }

    public Manager updating() {
        return Manager.updating(managerName(), kind.gvk().apiVersion(), subresource);
    }

    public Manager applying() {
        return Manager.applying(options.fieldManager(), kind.gvk().apiVersion(), subresource);
    }

    private String managerName() {
        if (!options.fieldManager().isEmpty()) return options.fieldManager();
        String agent = call.request().header("user-agent");
        int slash = agent.indexOf('/');
        String name = slash < 0 ? agent : agent.substring(0, slash);
        return name.isEmpty() ? "unknown" : name;
    }

    /// What this way of writing cannot change, and so can not own.
    public FieldSet ignored() {
        if (isMain()) return kind.subresources().contains("status") ? FieldSet.ofFields("status") : FieldSet.EMPTY;
        return subresource.equals("status") ? FieldSet.ofFields("spec") : FieldSet.EMPTY;
    }

    AdmissionRequest admission(Operation operation, Snapshot cluster, Optional<ObjectTree> old) {
        return new AdmissionRequest(
                operation,
                kind,
                subresource,
                namespace(),
                name,
                old,
                options.tree(),
                options.dryRun(),
                call.user(),
                cluster,
                call.warnings()::add);
    }
}
