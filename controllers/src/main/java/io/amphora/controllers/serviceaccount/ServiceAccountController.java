package io.amphora.controllers.serviceaccount;

import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.ServiceAccount;
import io.amphora.api.core.v1.ServiceAccounts;
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

/// Sees to it that every namespace has the service account `default`.
public final class ServiceAccountController implements Controller<Namespace> {
    private static final String DEFAULT = "default";

    @Override
    public String name() {
        return "serviceaccount-controller";
    }

    @Override
    public Watches<Namespace> watches() {
        return Watches.of(Namespaces.DEFINITION).on(ServiceAccounts.DEFINITION, (changed, seen) -> changed.name().equals(DEFAULT)
                ? List.of(new Key(Target.of(Namespaces.DEFINITION), "", changed.namespace()))
                : List.of());
    }

    @Override
    public Plan plan(Namespace namespace, Seen seen, Instant now) {
        boolean going = namespace.metadata().tree().has("deletionTimestamp");
        if (going || seen.find(ServiceAccounts.DEFINITION, namespace.name(), DEFAULT).isPresent()) return Plan.NOTHING;
        ObjectMeta metadata = ObjectMeta.EMPTY.withName(DEFAULT).withNamespace(namespace.name());
        return Plan.of(Action.create(ServiceAccounts.DEFINITION, ServiceAccount.EMPTY.withMetadata(metadata)));
    }
}
