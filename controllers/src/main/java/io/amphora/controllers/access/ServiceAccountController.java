package io.amphora.controllers.access;

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

/// Gives each namespace the ServiceAccount `default`, which Pods run as that name none.
public final class ServiceAccountController implements Controller<Namespace> {
    private static final String DEFAULT = "default";

    @Override
    public String name() {
        return "serviceaccount-controller";
    }

    @Override
    public Watches<Namespace> watches() {
        return Watches.of(Namespaces.DEFINITION)
                .on(
                        ServiceAccounts.DEFINITION,
                        (account, seen) -> List.of(new Key(Target.of(Namespaces.DEFINITION), "", account.namespace())));
    }

    @Override
    public Plan plan(Namespace namespace, Seen seen, Instant now) {
        if (namespace.metadata().findDeletionTimestamp().isPresent()) return Plan.NOTHING;
        if (seen.find(ServiceAccounts.DEFINITION, namespace.name(), DEFAULT).isPresent()) return Plan.NOTHING;
        var metadata = ObjectMeta.EMPTY.withName(DEFAULT).withNamespace(namespace.name());
        return Plan.of(Action.create(ServiceAccounts.DEFINITION, ServiceAccount.EMPTY.withMetadata(metadata)));
    }
}
