package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.admission.Admission;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.machinery.apply.FieldOwnership;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Lets the admission plugins have their say where an [Endpoint] answers, about what was sent there.
public record EndpointAdmission(Admission admission, ClusterState state) {

    /// For an object that is sent to a subresource: a Binding, an Eviction, a TokenRequest.
    ///
    /// @param kind the resource of the request; with a subresource, the main one
    /// @return the object as the plugins have it
    public ObjectTree create(Call call, ResourceDefinition<?> kind, WriteOptions options, ObjectTree sent) {
        AdmissionRequest request = request(Operation.CREATE, call, kind, options);
        ObjectTree admitted = admission.mutate(request, sent);
        admission.validate(request, admitted);
        return admitted;
    }

    /// For a question (a review): it is answered with its managedFields, though it is not stored.
    public ObjectTree review(
            Call call, ResourceDefinition<?> kind, WriteOptions options, ObjectTree sent, Instant now) {
        Write write = Write.of(call, kind, options);
        ObjectTree owned = FieldOwnership.update(
                Placement.empty(kind), sent, kind.schema(), write.updating(), write.ignored(), true, now);
        return create(call, kind, options, owned);
    }

    /// The same endpoints, for connections: what is sent over these is not known before.
    public Map<String, Endpoint> connecting(Map<String, Endpoint> endpoints) {
        var admitting = new HashMap<String, Endpoint>();
        endpoints.forEach((name, endpoint) -> admitting.put(name, (call, kind) -> {
            WriteOptions none = WriteOptions.connect();
            admission.validate(request(Operation.CONNECT, call, kind, none), ObjectTree.EMPTY);
            return endpoint.answer(call, kind);
        }));
        return admitting;
    }

    private AdmissionRequest request(Operation operation, Call call, ResourceDefinition<?> kind, WriteOptions options) {
        return Write.of(call, kind, options).admission(operation, state.now(), Optional.empty());
    }
}
