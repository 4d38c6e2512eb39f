package io.amphora.apiserver.admission;

import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// Pulls each image anew, so that nobody uses a private one that another's credentials brought to the node.
public final class AlwaysPullImages implements AdmissionPlugin {
    private static final List<String> CONTAINERS = List.of("initContainers", "containers", "ephemeralContainers");

    @Override
    public String name() {
        return "AlwaysPullImages";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) {
        if (!concerns(request)) return object;
        ObjectTree spec = object.object("spec");
        for (String field : CONTAINERS)
            if (spec.has(field)) spec = spec.change(field, list -> list.list().map(each -> pulled(each.object())));
        return object.with("spec", spec);
    }

    /// Once a Pod is there only its ephemeral containers are new.
    private static boolean concerns(AdmissionRequest request) {
        return request.is("", "Pod", Operation.CREATE)
                || request.resource().qualifiedName().equals("pods")
                        && request.subresource().equals("ephemeralcontainers")
                        && request.operation() == Operation.UPDATE;
    }

    private static ObjectTree pulled(ObjectTree container) {
        return container.with("imagePullPolicy", Tree.of("Always"));
    }
}
