package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Set;

/// Nothing is created in a namespace that is absent or on its way out, and the cluster's own namespaces stay.
public final class NamespaceLifecycle implements AdmissionPlugin {
    private static final String NAMESPACES = "/registry/core/namespaces/";
    private static final Set<String> IMMORTAL = Set.of("default", "kube-system", "kube-public");

    @Override
    public String name() {
        return "NamespaceLifecycle";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (request.operation() == Operation.CREATE && request.resource().namespaced() && !isAccessReview(request))
            requireLiving(request);
        return object;
    }

    @Override
    public void validate(AdmissionRequest request, ObjectTree object) {
        if (request.is("", "Namespace", Operation.DELETE) && IMMORTAL.contains(request.name()))
            throw ApiException.forbidden(request.resource(), request.name(), "this namespace may not be deleted");
    }

    /// An access review asks about a namespace, it does not put anything there.
    private static boolean isAccessReview(AdmissionRequest request) {
        return request.resource().group().equals("authorization.k8s.io");
    }

    private static void requireLiving(AdmissionRequest request) {
        Stored namespace = request.cluster()
                .find(NAMESPACES + request.namespace())
                .orElseThrow(() -> ApiException.of(
                        404,
                        "NotFound",
                        "namespaces \"" + request.namespace() + "\" not found",
                        ObjectTree.of("name", request.namespace(), "kind", "namespaces")));
        if (!namespace.metadata().text("deletionTimestamp").isEmpty()) throw terminating(request);
    }

    private static ApiException terminating(AdmissionRequest request) {
        String why =
                "unable to create new content in namespace " + request.namespace() + " because it is being terminated";
        ApiException plain = ApiException.forbidden(request.resource(), request.name(), why);
        ObjectTree cause = ObjectTree.of(
                "reason", "NamespaceTerminating",
                "message", "namespace " + request.namespace() + " is being terminated",
                "field", "metadata.namespace");
        ObjectTree details = plain.status().object("details").with("causes", ListTree.of(cause));
        return new ApiException(plain.status().with("details", details));
    }
}
