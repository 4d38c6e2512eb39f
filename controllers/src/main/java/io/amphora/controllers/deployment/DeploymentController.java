package io.amphora.controllers.deployment;

import static io.amphora.controllers.deployment.DeploymentStatuses.PROGRESSING;
import static io.amphora.controllers.deployment.DeploymentStatuses.condition;
import static io.amphora.controllers.deployment.DeploymentStatuses.find;
import static io.amphora.controllers.deployment.DeploymentStatuses.hasDeadline;
import static io.amphora.controllers.deployment.Rollout.active;
import static io.amphora.controllers.deployment.Rollout.size;

import io.amphora.api.ApiException;
import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.DeploymentCondition;
import io.amphora.api.apps.v1.DeploymentStatus;
import io.amphora.api.apps.v1.Deployments;
import io.amphora.api.apps.v1.ReplicaSet;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.api.core.v1.PodTemplateSpec;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Index;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// Rolls a Deployment's template out, by scaling the ReplicaSet of the present template up
/// and those of earlier ones down. Never touches a Pod itself.
///
/// Each plan is one step; the next is planned when the step is seen.
public final class DeploymentController implements Controller<Deployment> {
    @Override
    public String name() {
        return "deployment-controller";
    }

    @Override
    public Watches<Deployment> watches() {
        return Watches.of(Deployments.DEFINITION)
                .ownsOrAdopts(ReplicaSets.DEFINITION, DeploymentController::claims)
                .reads(ReplicaSets.DEFINITION, Claims.orphans())
                .on(
                        Pods.DEFINITION,
                        (pod, seen) -> Owners.findController(pod).stream()
                                .flatMap(owner ->
                                        seen.find(ReplicaSets.DEFINITION, pod.namespace(), owner.text("name")).stream())
                                .flatMap(set -> Owners.findController(set).stream())
                                .flatMap(owner ->
                                        seen.find(Deployments.DEFINITION, pod.namespace(), owner.text("name")).stream())
                                .filter(deployment ->
                                        deployment.spec().strategy().type().equals("Recreate"))
                                .map(deployment -> Key.of(Target.of(Deployments.DEFINITION), deployment))
                                .toList(),
                        Index.byOwner());
    }

    private static boolean claims(Deployment deployment, ReplicaSet set) {
        return selector(deployment).matches(set.tree().object("metadata").object("labels"));
    }

    private static LabelSelector selector(Deployment deployment) {
        return LabelSelector.of(deployment.spec().tree().get("selector"));
    }

    @Override
    public Plan plan(Deployment deployment, Seen seen, Instant now) {
        if (selector(deployment).matchesEverything()) return planForAll(deployment);
        Claims<ReplicaSet> claims = Claims.of(deployment, selector(deployment), ReplicaSets.DEFINITION, seen);
        if (!claims.areSettled()) return claims.settle(deployment, Target.of(Deployments.DEFINITION));
        Rollout rollout = Rollout.of(pausedOrResumed(deployment, now), deployment, claims.owned());
        if (deployment.metadata().findDeletionTimestamp().isPresent())
            return status(rollout, DeploymentStatuses.counted(rollout, now));
        if (deployment.spec().paused() || isScaled(rollout)) return scale(rollout, now);
        return rollout.isRolling() ? roll(rollout, now) : recreate(rollout, seen, now);
    }

    private static Plan planForAll(Deployment deployment) {
        var warning = Action.warning(
                deployment, "SelectingAll", "This deployment is selecting all pods. A non-empty selector is required.");
        if (deployment.status().observedGeneration() >= deployment.metadata().generation()) return Plan.of(warning);
        var status =
                deployment.status().withObservedGeneration(deployment.metadata().generation());
        return Plan.of(warning).then(status(deployment, status, deployment));
    }

    /// Pausing stops the clock of the deadline, resuming starts it.
    private static Deployment pausedOrResumed(Deployment deployment, Instant now) {
        if (!hasDeadline(deployment)) return deployment;
        Optional<DeploymentCondition> progress = find(deployment.status(), PROGRESSING);
        String reason = progress.map(DeploymentCondition::reason).orElse("");
        if (reason.equals("ProgressDeadlineExceeded")) return deployment;
        boolean wasPaused = reason.equals("DeploymentPaused");
        if (deployment.spec().paused() == wasPaused) return deployment;
        var said = deployment.spec().paused()
                ? condition(PROGRESSING, "Unknown", "DeploymentPaused", "Deployment is paused", now)
                : condition(PROGRESSING, "Unknown", "DeploymentResumed", "Deployment is resumed", now);
        return deployment.withStatus(DeploymentStatuses.with(deployment.status(), said));
    }

    private static boolean isScaled(Rollout rollout) {
        return active(rollout.all()).stream().anyMatch(set -> {
            long desired = Annotations.desired(set);
            return desired >= 0 && desired != rollout.wanted();
        });
    }

    // ---- the ways to go on ----

    private static Plan scale(Rollout rollout, Instant now) {
        Plan revised = rollout.newest().isPresent() ? revise(rollout, now) : Plan.NOTHING;
        if (!revised.isNothing()) return revised;
        Plan scaled = Scaling.all(rollout);
        if (!scaled.isNothing()) return scaled;
        Plan status = status(rollout, DeploymentStatuses.counted(rollout, now));
        return rollout.deployment().spec().paused() ? cleanUp(rollout).then(status) : status;
    }

    private static Plan roll(Rollout rollout, Instant now) {
        if (rollout.newest().isEmpty()) return createNewest(rollout, now);
        Plan revised = revise(rollout, now);
        if (!revised.isNothing()) return revised;
        Plan up = Scaling.newest(rollout);
        if (!up.isNothing()) return up.then(progress(rollout, now));
        Plan down = Scaling.old(rollout);
        if (!down.isNothing()) return down.then(progress(rollout, now));
        return finish(rollout, now);
    }

    private static Plan recreate(Rollout rollout, Seen seen, Instant now) {
        if (rollout.newest().isPresent()) {
            Plan revised = revise(rollout, now);
            if (!revised.isNothing()) return revised;
        }
        Plan down = Scaling.oldToNothing(rollout);
        if (!down.isNothing()) return down.then(progress(rollout, now));
        if (oldPodsRun(rollout, seen)) return progress(rollout, now);
        if (rollout.newest().isEmpty()) return createNewest(rollout, now);
        Plan up = Scaling.newest(rollout);
        if (!up.isNothing()) return up.then(progress(rollout, now));
        return finish(rollout, now);
    }

    private static boolean oldPodsRun(Rollout rollout, Seen seen) {
        return rollout.old().stream()
                .anyMatch(set -> set.status().replicas() > 0
                        || !Rollout.isStatusCurrent(set)
                        || seen.ownedBy(set, Pods.DEFINITION).stream().anyMatch(pod -> !PodFacts.isFinished(pod)));
    }

    private static Plan finish(Rollout rollout, Instant now) {
        boolean complete = DeploymentStatuses.isComplete(
                rollout.deployment(), rollout.deployment().status());
        return complete ? cleanUp(rollout).then(progress(rollout, now)) : progress(rollout, now);
    }

    // ---- the newest ReplicaSet and its revision ----

    private static Plan createNewest(Rollout rollout, Instant now) {
        Deployment deployment = rollout.deployment();
        int collisions = deployment.status().collisionCount();
        String hash = Templates.hash(deployment.spec().template(), collisions);
        ReplicaSet set = newest(rollout, hash);
        return Plan.of(Action.create(ReplicaSets.DEFINITION, set)).then(outcomes -> switch (outcomes.getFirst()) {
            case Outcome.Done ignored -> created(rollout, set, now);
            case Outcome.Failed(Action ignored, ApiException why)
            when why.reason().equals("AlreadyExists") -> collided(rollout, set, collisions);
            case Outcome.Failed(Action ignored, ApiException why) -> notCreated(rollout, set, why, now);
        });
    }

    private static ReplicaSet newest(Rollout rollout, String hash) {
        Deployment deployment = rollout.deployment();
        PodTemplateSpec template = Templates.withHash(deployment.spec().template(), hash);
        ObjectTree selector = deployment.spec().selector().tree();
        selector = selector.with("matchLabels", selector.object("matchLabels").with(Templates.HASH_LABEL, hash));
        var spec = ObjectTree.builder()
                .put("replicas", rollout.sizeOfNewest(0))
                .put("selector", selector)
                .put("template", template.tree());
        if (deployment.spec().minReadySeconds() != 0)
            spec.put("minReadySeconds", deployment.spec().minReadySeconds());
        var metadata = ObjectTree.of(
                "name", deployment.name() + "-" + hash,
                "namespace", deployment.namespace(),
                "labels", template.tree().object("metadata").object("labels"),
                "ownerReferences", ListTree.of(Owners.reference(deployment)));
        ReplicaSet made =
                ReplicaSet.of(ReplicaSet.EMPTY.tree().with("metadata", metadata).with("spec", spec.build()));
        made = Annotations.withRevision(made, deployment, nextRevision(rollout));
        return Annotations.withSizes(made, rollout.wanted(), rollout.wanted() + rollout.surge());
    }

    private static long nextRevision(Rollout rollout) {
        return rollout.old().stream().mapToLong(Annotations::revision).max().orElse(0) + 1;
    }

    private static Plan created(Rollout rollout, ReplicaSet set, Instant now) {
        Deployment deployment = rollout.deployment();
        var events = new ArrayList<Action>();
        if (size(set) > 0)
            events.add(Action.normal(
                    deployment,
                    "ScalingReplicaSet",
                    "Scaled up replica set " + set.name() + " from 0 to " + size(set)));
        DeploymentStatus status = deployment.status();
        if (hasDeadline(deployment))
            status = DeploymentStatuses.with(
                    status,
                    condition(
                            PROGRESSING,
                            "True",
                            "NewReplicaSetCreated",
                            "Created new replica set \"" + set.name() + "\"",
                            now));
        return Plan.of(events).then(status(withRevision(deployment, set), status, rollout.stored()));
    }

    /// The name is taken. If it is by our own ReplicaSet of this very template, which we did
    /// not see yet, we soon will; else the next hash is another.
    private static Plan collided(Rollout rollout, ReplicaSet set, int collisions) {
        Deployment deployment = rollout.deployment();
        return Plan.of(new Action.Read(Target.of(ReplicaSets.DEFINITION), set.namespace(), set.name(), ""))
                .then(outcomes -> {
                    Optional<ReplicaSet> other =
                            outcomes.getFirst().findAnswer().map(ReplicaSet::of);
                    boolean ours = other.isPresent()
                            && Owners.isControlledBy(other.get(), deployment)
                            && Templates.areSame(
                                    other.get().spec().template(),
                                    deployment.spec().template());
                    if (ours || other.isEmpty()) return Plan.NOTHING;
                    return status(rollout, deployment.status().withCollisionCount(collisions + 1));
                });
    }

    private static Plan notCreated(Rollout rollout, ReplicaSet set, ApiException why, Instant now) {
        Deployment deployment = rollout.deployment();
        String message = "Failed to create new replica set \"" + set.name() + "\": " + why.getMessage();
        Plan tell = Plan.of(Action.warning(deployment, "ReplicaSetCreateError", message));
        if (!hasDeadline(deployment)) return tell;
        var said = condition(PROGRESSING, "False", "ReplicaSetCreateError", message, now);
        return tell.then(status(rollout, DeploymentStatuses.with(deployment.status(), said)));
    }

    /// Gives the newest the highest number, the Deployment's annotations and its
    /// minReadySeconds.
    private static Plan revise(Rollout rollout, Instant now) {
        Deployment deployment = rollout.deployment();
        ReplicaSet newest = rollout.newest().orElseThrow();
        ReplicaSet revised = Annotations.withRevision(newest, deployment, nextRevision(rollout));
        if (revised.spec().minReadySeconds() != deployment.spec().minReadySeconds())
            revised = revised.withSpec(
                    revised.spec().withMinReadySeconds(deployment.spec().minReadySeconds()));
        if (!revised.equals(newest)) return Plan.of(Action.update(ReplicaSets.DEFINITION, revised));
        DeploymentStatus status = deployment.status();
        if (hasDeadline(deployment) && find(status, PROGRESSING).isEmpty())
            status = DeploymentStatuses.with(
                    status,
                    condition(
                            PROGRESSING,
                            "True",
                            "FoundNewReplicaSet",
                            "Found new replica set \"" + newest.name() + "\"",
                            now));
        // A pause alone is no revision: it is written with the counts.
        boolean revisedOnly = status.equals(deployment.status());
        Deployment before = revisedOnly ? deployment : rollout.stored();
        return status(withRevision(deployment, newest), status, before);
    }

    private static Deployment withRevision(Deployment deployment, ReplicaSet newest) {
        String revision = newest.metadata().annotations().getOrDefault(Annotations.REVISION, "");
        ObjectTree metadata = deployment.tree().object("metadata");
        if (revision.isEmpty()
                || metadata.object("annotations").text(Annotations.REVISION).equals(revision)) return deployment;
        ObjectTree annotations = metadata.object("annotations").with(Annotations.REVISION, revision);
        return Deployment.of(deployment.tree().with("metadata", metadata.with("annotations", annotations)));
    }

    /// Deletes the oldest revisions above the limit, as far as they have no Pods.
    private static Plan cleanUp(Rollout rollout) {
        var limit = rollout.deployment().spec().findRevisionHistoryLimit();
        if (limit.isEmpty()) return Plan.NOTHING;
        List<ReplicaSet> kept = rollout.old().stream()
                .filter(set -> set.metadata().findDeletionTimestamp().isEmpty())
                .sorted(Comparator.comparingLong(Annotations::revision))
                .toList();
        int surplus = kept.size() - limit.getAsInt();
        if (surplus <= 0) return Plan.NOTHING;
        return Plan.of(kept.subList(0, surplus).stream()
                .filter(DeploymentController::isIdle)
                .map(set -> Action.delete(ReplicaSets.DEFINITION, set))
                .toList());
    }

    private static boolean isIdle(ReplicaSet set) {
        return set.status().replicas() == 0 && size(set) == 0 && Rollout.isStatusCurrent(set);
    }

    // ---- status ----

    private static Plan progress(Rollout rollout, Instant now) {
        DeploymentStatus status = DeploymentStatuses.ofRollout(rollout, now);
        Plan plan = status(rollout, status);
        return DeploymentStatuses.findDeadline(rollout.deployment(), status)
                .map(plan::andLookAgainAt)
                .orElse(plan);
    }

    private static Plan status(Rollout rollout, DeploymentStatus status) {
        return status(rollout.deployment(), status, rollout.stored());
    }

    private static Plan status(Deployment deployment, DeploymentStatus status, Deployment before) {
        Deployment changed = Deployment.of(deployment.tree().with("status", DeploymentStatuses.normal(status)));
        Deployment known = Deployment.of(before.tree().with("status", DeploymentStatuses.normal(before.status())));
        return changed.equals(known) ? Plan.NOTHING : Plan.of(Action.updateStatus(Deployments.DEFINITION, changed));
    }
}
