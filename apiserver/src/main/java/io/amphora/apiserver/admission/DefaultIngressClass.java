package io.amphora.apiserver.admission;

import io.amphora.api.ApiException;
import io.amphora.api.networking.v1.IngressClass;
import io.amphora.api.networking.v1.IngressClasses;
import io.amphora.apiserver.admission.AdmissionRequest.Operation;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.Comparator;

/// An Ingress that names no class gets the default one; of several defaults the newest.
public final class DefaultIngressClass implements AdmissionPlugin {
    private static final String DEFAULT = "ingressclass.kubernetes.io/is-default-class";
    private static final String OLD_ANNOTATION = "kubernetes.io/ingress.class";

    @Override
    public String name() {
        return "DefaultIngressClass";
    }

    @Override
    public ObjectTree mutate(AdmissionRequest request, ObjectTree object) throws ApiException {
        if (!request.is("networking.k8s.io", "Ingress", Operation.CREATE)) return object;
        boolean named = object.object("spec").has("ingressClassName")
                || object.object("metadata").object("annotations").has(OLD_ANNOTATION);
        if (named) return object;
        return request.cluster().list(IngressClasses.DEFINITION, "").stream()
                .map(entry -> IngressClass.of(entry.value().tree()))
                .filter(each -> "true".equals(each.metadata().annotations().get(DEFAULT)))
                .max(Comparator.comparing((IngressClass each) ->
                                each.metadata().findCreationTimestamp().orElse(Instant.EPOCH))
                        .thenComparing(IngressClass::name, Comparator.reverseOrder()))
                .map(each -> object.withAt(Tree.of(each.name()), "spec", "ingressClassName"))
                .orElse(object);
    }
}
