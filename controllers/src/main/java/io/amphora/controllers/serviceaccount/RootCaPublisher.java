package io.amphora.controllers.serviceaccount;

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

/// Puts the certificate of the cluster's CA into every namespace, as the ConfigMap `kube-root-ca.crt` that Pods
/// mount.
public final class RootCaPublisher implements Controller<Namespace> {
    private static final String NAME = "kube-root-ca.crt";
    private static final String KEY = "ca.crt";
    private static final Map<String, String> DESCRIPTION = Map.of(
            "kubernetes.io/description",
            "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal"
                    + " service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes"
                    + " clusters.");

    private final String authority;

    /// @param authority the CA's certificate, PEM
    public RootCaPublisher(String authority) {
        this.authority = authority;
    }

    @Override
    public String name() {
        return "root-ca-certificate-publisher-controller";
    }

    @Override
    public Watches<Namespace> watches() {
        return Watches.of(Namespaces.DEFINITION).on(ConfigMaps.DEFINITION, (changed, seen) -> changed.name().equals(NAME)
                ? List.of(new Key(Target.of(Namespaces.DEFINITION), "", changed.namespace()))
                : List.of());
    }

    @Override
    public Plan plan(Namespace namespace, Seen seen, Instant now) {
        if (namespace.metadata().tree().has("deletionTimestamp")) return Plan.NOTHING;
        Map<String, String> data = Map.of(KEY, authority);
        var there = seen.find(ConfigMaps.DEFINITION, namespace.name(), NAME);
        if (there.isEmpty()) {
            ObjectMeta metadata =
                    ObjectMeta.EMPTY.withName(NAME).withNamespace(namespace.name()).withAnnotations(DESCRIPTION);
            return Plan.of(Action.create(ConfigMaps.DEFINITION, ConfigMap.EMPTY.withMetadata(metadata).withData(data)));
        }
        return there.get().data().equals(data)
                ? Plan.NOTHING
                : Plan.of(Action.update(ConfigMaps.DEFINITION, there.get().withData(data)));
    }
}
