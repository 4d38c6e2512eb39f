package io.amphora.controllers.access;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.meta.v1.ObjectMeta;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// Puts the certificate by which Pods know the API server into each namespace, and puts it back when it is
/// changed.
///
/// @param certificates PEM
public record RootCertificatePublisher(String certificates) implements Controller<Namespace> {
    private static final String NAME = "kube-root-ca.crt";
    private static final Map<String, String> ANNOTATIONS = Map.of(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the"
                    + " internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of"
                    + " Kubernetes clusters.");

    @Override
    public String name() {
        return "root-ca-certificate-publisher-controller";
    }

    @Override
    public Watches<Namespace> watches() {
        return Watches.of(Namespaces.DEFINITION)
                .on(
                        ConfigMaps.DEFINITION,
                        (map, seen) -> map.name().equals(NAME)
                                ? List.of(new Key(Target.of(Namespaces.DEFINITION), "", map.namespace()))
                                : List.of());
    }

    @Override
    public Plan plan(Namespace namespace, Seen seen, Instant now) {
        if (namespace.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        var data = Map.of("ca.crt", certificates);
        return seen.find(ConfigMaps.DEFINITION, namespace.name(), NAME)
                .map(map -> repair(map, data))
                .orElseGet(() -> {
                    var metadata = ObjectMeta.EMPTY
                            .withName(NAME)
                            .withNamespace(namespace.name())
                            .withAnnotations(ANNOTATIONS);
                    ConfigMap made = ConfigMap.EMPTY.withMetadata(metadata).withData(data);
                    return Plan.of(Action.create(ConfigMaps.DEFINITION, made));
                });
    }

    private static Plan repair(ConfigMap map, Map<String, String> data) {
        boolean right = map.data().equals(data)
                && map.metadata().annotations().entrySet().containsAll(ANNOTATIONS.entrySet());
        if (right) return Plan.NOTHING;
        var annotations = new java.util.TreeMap<>(map.metadata().annotations());
        annotations.putAll(ANNOTATIONS);
        ConfigMap repaired = map.withData(data).withMetadata(map.metadata().withAnnotations(annotations));
        return Plan.of(Action.update(ConfigMaps.DEFINITION, repaired));
    }
}
