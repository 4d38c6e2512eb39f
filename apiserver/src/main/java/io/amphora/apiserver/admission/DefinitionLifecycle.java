package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.apiextensions.v1.CustomResourceDefinitions;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.tree.ObjectTree;

/// Nothing is made of a kind whose definition is going: what the definition's end deletes would never be all.
public final class DefinitionLifecycle implements AdmissionPlugin {
    @Override
    public String name() {
        return "CustomResourceDefinitionLifecycle";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (request.operation() != Operation.CREATE || request.resource().isBuiltIn()) return object;
        boolean going = request.cluster()
                .find(
                        CustomResourceDefinitions.DEFINITION,
                        "",
                        request.resource().qualifiedName())
                .map(Stored::metadata)
                .filter(metadata -> metadata.has("deletionTimestamp"))
                .isPresent();
        if (going)
            throw ApiException.forbidden(
                    request.resource(),
                    request.name(),
                    "create not allowed while custom resource definition is terminating");
        return object;
    }
}
