package io.amphora.controllers.volume;

import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Volume;
import io.amphora.client.Index;
import io.amphora.client.ListOptions;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Keeps a claim that is deleted until no Pod on a node uses it, finished Pods included.
public final class ClaimProtection implements Controller<PersistentVolumeClaim> {
    private static final String FINALIZER = "kubernetes.io/pvc-protection";

    @Override
    public String name() {
        return "persistentvolumeclaim-protection-controller";
    }

    @Override
    public Watches<PersistentVolumeClaim> watches() {
        Target<PersistentVolumeClaim> claims = Target.of(PersistentVolumeClaims.DEFINITION);
        return Watches.of(PersistentVolumeClaims.DEFINITION)
                .on(
                        Pods.DEFINITION,
                        (pod, seen) -> claimsOf(pod).stream()
                                .map(name -> new Key(claims, pod.namespace(), name))
                                .toList(),
                        byClaim());
    }

    private static Index<Pod> byClaim() {
        return new Index<>(
                "claim",
                pod -> claimsOf(pod).stream()
                        .map(name -> pod.namespace() + "/" + name)
                        .toList());
    }

    private static List<String> claimsOf(Pod pod) {
        var names = new ArrayList<String>();
        for (Volume volume : pod.spec().volumes()) {
            if (volume.findPersistentVolumeClaim().isPresent())
                names.add(volume.persistentVolumeClaim().claimName());
            if (volume.findEphemeral().isPresent()) names.add(pod.name() + "-" + volume.name());
        }
        return names;
    }

    @Override
    public Plan plan(PersistentVolumeClaim claim, Seen seen, Instant now) {
        boolean guarded = claim.metadata().finalizers().contains(FINALIZER);
        if (claim.metadata().findDeletionTimestamp().isEmpty())
            return guarded
                    ? Plan.NOTHING
                    : Plan.of(Finalizers.with(PersistentVolumeClaims.DEFINITION, claim, FINALIZER));
        if (!guarded) return Plan.NOTHING;
        boolean used = seen.of(Pods.DEFINITION).by("claim", claim.namespace() + "/" + claim.name()).stream()
                .anyMatch(pod -> !pod.spec().nodeName().isEmpty());
        if (used) return Plan.NOTHING;
        return Plan.of(new Action.ReadAll(Target.of(Pods.DEFINITION), claim.namespace(), ListOptions.ALL))
                .then(outcomes -> {
                    boolean free = outcomes.getFirst().findAnswer().stream()
                            .flatMap(list -> list.list("items").stream())
                            .map((Tree item) -> Pod.of(item.object()))
                            .noneMatch(pod -> !pod.spec().nodeName().isEmpty()
                                    && claimsOf(pod).contains(claim.name()));
                    boolean known = outcomes.getFirst().succeeded();
                    return known && free
                            ? Plan.of(Finalizers.without(PersistentVolumeClaims.DEFINITION, claim, FINALIZER))
                            : Plan.NOTHING;
                });
    }
}
