package io.amphora.controllers.replicaset;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.ReplicationController;
import io.amphora.api.core.v1.ReplicationControllers;
import io.amphora.client.Target;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.select.LabelSelector;
import java.time.Instant;

/// Keeps `spec.replicas` Pods alive for each ReplicationController, the ReplicaSet of old.
public final class ReplicationControllerController implements Controller<ReplicationController> {
    @Override
    public String name() {
        return "replicationcontroller-controller";
    }

    @Override
    public String component() {
        return "replication-controller";
    }

    @Override
    public Watches<ReplicationController> watches() {
        return Watches.of(ReplicationControllers.DEFINITION)
                .ownsOrAdopts(Pods.DEFINITION, ReplicationControllerController::claims)
                .reads(Pods.DEFINITION, Claims.orphans());
    }

    @Override
    public Plan plan(ReplicationController controller, Seen seen, Instant now) {
        Claims<Pod> claims = Claims.of(controller, selector(controller), Pods.DEFINITION, seen);
        if (!claims.areSettled()) return claims.settle(controller, Target.of(ReplicationControllers.DEFINITION));
        var replicas = new Replicas<>(
                ReplicationControllers.DEFINITION,
                controller,
                controller.spec().findReplicas().orElse(1),
                controller.spec().minReadySeconds(),
                controller.spec().template(),
                false);
        return replicas.plan(claims.owned(), claims.owned(), now);
    }

    private static boolean claims(ReplicationController controller, Pod pod) {
        return selector(controller).matches(pod.tree().object("metadata").object("labels"));
    }

    /// Without a selector it claims nothing; the server fills in the template's labels.
    private static LabelSelector selector(ReplicationController controller) {
        var labels = controller.spec().tree().object("selector");
        return labels.isEmpty() ? LabelSelector.NOTHING : LabelSelector.ofLabels(labels);
    }
}
