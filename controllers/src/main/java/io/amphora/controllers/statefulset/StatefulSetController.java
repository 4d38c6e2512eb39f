package io.amphora.controllers.statefulset;

import static io.amphora.controllers.statefulset.StatefulPods.isRunningAndReady;

import io.amphora.api.apps.v1.ControllerRevision;
import io.amphora.api.apps.v1.ControllerRevisions;
import io.amphora.api.apps.v1.StatefulSet;
import io.amphora.api.apps.v1.StatefulSets;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.PatchType;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Claims;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Owners;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.history.Revisions;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Keeps Pods of fixed names and storage. They come up from the lowest number to the highest, each when the one
/// before is available, and go down the other way, unless `podManagementPolicy: Parallel` says that the order
/// is of
/// no matter.
public final class StatefulSetController implements Controller<StatefulSet> {
    @Override
    public String name() {
        return "statefulset-controller";
    }

    @Override
    public Watches<StatefulSet> watches() {
        return Watches.of(StatefulSets.DEFINITION)
                .ownsOrAdopts(Pods.DEFINITION, StatefulSetController::claims)
                .reads(Pods.DEFINITION, Claims.orphans())
                .owns(ControllerRevisions.DEFINITION)
                .reads(PersistentVolumeClaims.DEFINITION);
    }

    private static LabelSelector selector(StatefulSet set) {
        return LabelSelector.of(set.spec().tree().get("selector"));
    }

    private static boolean claims(StatefulSet set, Pod pod) {
        boolean named = StatefulPods.ordinal(set, pod.name()) >= 0;
        return named && selector(set).matches(pod.tree().object("metadata").object("labels"));
    }

    @Override
    public Plan plan(StatefulSet set, Seen seen, Instant now) {
        if (selector(set).matchesEverything()) return Plan.NOTHING;
        Claims<Pod> claims =
                Claims.of(set, selector(set), pod -> StatefulPods.ordinal(set, pod.name()) >= 0, Pods.DEFINITION, seen);
        if (!claims.areSettled()) return claims.settle(set, Target.of(StatefulSets.DEFINITION));
        Revisions revisions =
                Revisions.of(set, seen.ownedBy(set, ControllerRevisions.DEFINITION), "controller.kubernetes.io/hash");
        boolean going = set.metadata().findDeletionTimestamp().isPresent();
        Optional<ControllerRevision> update = revisions.findPresent();
        if (update.isEmpty() && !going)
            return revisions.record(
                    set.status().collisionCount(),
                    collisions -> Plan.of(Action.updateStatus(
                            StatefulSets.DEFINITION, set.withStatus(set.status().withCollisionCount(collisions)))));
        if (update.isEmpty()) return Plan.NOTHING;
        ControllerRevision current =
                revisions.find(set.status().currentRevision()).orElse(update.get());
        var members = new Members(set, claims.owned(), current, update.get(), seen, now);
        Plan work = going ? Plan.NOTHING : members.work();
        return work.then(outcomes -> Plan.of(tell(set, outcomes))
                .then(status(members))
                .then(revisions.cleanUp(set.spec().findRevisionHistoryLimit().orElse(10), members.usedRevisions())));
    }

    /// The Pods, sorted into those that are wanted, by number, and those that are too many.
    private record Members(
            StatefulSet set,
            List<Pod> pods,
            ControllerRevision current,
            ControllerRevision update,
            Seen seen,
            Instant now) {

        int start() {
            return set.spec().ordinals().start();
        }

        int wanted() {
            return set.spec().findReplicas().orElse(1);
        }

        boolean isOrdered() {
            return !set.spec().podManagementPolicy().equals("Parallel");
        }

        boolean isWanted(int ordinal) {
            return ordinal >= start() && ordinal < start() + wanted();
        }

        TreeMap<Integer, Pod> byOrdinal() {
            var sorted = new TreeMap<Integer, Pod>();
            for (Pod pod : pods) sorted.put(StatefulPods.ordinal(set, pod.name()), pod);
            return sorted;
        }

        boolean isAvailable(Pod pod) {
            return isRunningAndReady(pod)
                    && PodFacts.isAvailable(pod, set.spec().minReadySeconds(), now);
        }

        HashSet<String> usedRevisions() {
            var used = new HashSet<String>(List.of(current.name(), update.name()));
            for (Pod pod : pods) used.add(StatefulPods.revision(pod));
            return used;
        }

        // ---- what to do next ----

        Plan work() {
            var actions = new ArrayList<Action>();
            boolean settled = makeAndRepair(actions) && takeDown(actions);
            if (settled && actions.isEmpty()) roll(actions);
            Plan plan = isOrdered() ? Plan.of(actions) : Plan.doubling(actions);
            return pods.stream()
                    .flatMap(pod -> PodFacts.findAvailableAt(pod, set.spec().minReadySeconds(), now).stream())
                    .min(Comparator.naturalOrder())
                    .map(plan::andLookAgainAt)
                    .orElse(plan);
        }

        /// @return false when what follows has to wait
        private boolean makeAndRepair(List<Action> actions) {
            var sorted = byOrdinal();
            for (int ordinal = start(); ordinal < start() + wanted(); ordinal++) {
                Pod pod = sorted.get(ordinal);
                boolean goesOn = pod == null
                        ? make(ordinal, actions)
                        : PodFacts.isFinished(pod) ? remake(pod, actions) : repair(ordinal, pod, actions);
                if (!goesOn && isOrdered()) return false;
            }
            return true;
        }

        private boolean make(int ordinal, List<Action> actions) {
            makeClaims(ordinal, actions);
            boolean old = isOfCurrentRevision(ordinal);
            ControllerRevision revision = old ? current : update;
            Pod pod = StatefulPods.pod(set, ordinal, Revisions.template(revision), revision.name());
            actions.add(Action.create(Pods.DEFINITION, pod));
            return false;
        }

        /// Below the partition Pods stay what they are.
        private boolean isOfCurrentRevision(int ordinal) {
            var strategy = set.spec().updateStrategy();
            if (strategy.type().equals("OnDelete")) return false;
            return ordinal < start() + strategy.rollingUpdate().partition();
        }

        private void makeClaims(int ordinal, List<Action> actions) {
            for (PersistentVolumeClaim claim : StatefulPods.claims(set, ordinal)) {
                var existing = seen.find(PersistentVolumeClaims.DEFINITION, set.namespace(), claim.name());
                if (existing.isPresent()) continue;
                ObjectTree metadata = claim.tree().object("metadata");
                if (ownsClaims()) metadata = metadata.with("ownerReferences", ListTree.of(Owners.reference(set)));
                actions.add(Action.create(
                        PersistentVolumeClaims.DEFINITION,
                        PersistentVolumeClaim.of(claim.tree().with("metadata", metadata))));
            }
        }

        private boolean ownsClaims() {
            return set.spec()
                    .persistentVolumeClaimRetentionPolicy()
                    .whenDeleted()
                    .equals("Delete");
        }

        private boolean remake(Pod pod, List<Action> actions) {
            if (PodFacts.isTerminating(pod)) return false;
            boolean failed = pod.status().phase().equals("Failed");
            String message = "StatefulSet " + set.namespace() + "/" + set.name() + " is recreating "
                    + (failed ? "failed" : "terminated") + " Pod " + pod.name();
            actions.add(
                    failed
                            ? Action.warning(set, "RecreatingFailedPod", message)
                            : Action.normal(set, "RecreatingTerminatedPod", message));
            actions.add(Action.delete(Pods.DEFINITION, pod));
            return false;
        }

        private boolean repair(int ordinal, Pod pod, List<Action> actions) {
            if (PodFacts.isTerminating(pod) || isOrdered() && !isAvailable(pod)) return false;
            ObjectTree labels = pod.tree().object("metadata").object("labels");
            ObjectTree identity = StatefulPods.withIdentity(labels, set, ordinal);
            if (!identity.equals(labels))
                actions.add(Action.patch(
                        Pods.DEFINITION,
                        pod,
                        PatchType.MERGE,
                        ObjectTree.of("metadata", ObjectTree.of("labels", identity))));
            repairClaims(ordinal, set, ownsClaims(), actions);
            return true;
        }

        /// Who may be deleted with whom follows the retention policy (KEP-1847).
        private void repairClaims(int ordinal, io.amphora.api.ApiObject owner, boolean owns, List<Action> actions) {
            for (PersistentVolumeClaim template : set.spec().volumeClaimTemplates()) {
                var claim = seen.find(
                        PersistentVolumeClaims.DEFINITION,
                        set.namespace(),
                        StatefulPods.claimName(set, ordinal, template));
                if (claim.isEmpty()) continue;
                ListTree references = claim.get().tree().object("metadata").list("ownerReferences");
                boolean owned = references.stream()
                        .anyMatch(each -> each.object().text("uid").equals(owner.uid()));
                if (owned == owns) continue;
                var kept = new ArrayList<Tree>();
                for (Tree each : references) if (!each.object().text("uid").equals(owner.uid())) kept.add(each);
                if (owns) kept.add(Owners.reference(owner));
                var metadata = ObjectTree.of(
                        "ownerReferences",
                        new ListTree(kept),
                        "uid",
                        claim.get().uid());
                actions.add(Action.patch(
                        PersistentVolumeClaims.DEFINITION,
                        claim.get(),
                        PatchType.MERGE,
                        ObjectTree.of("metadata", metadata)));
            }
        }

        /// @return false when what follows has to wait
        private boolean takeDown(List<Action> actions) {
            for (var each : byOrdinal().descendingMap().entrySet()) {
                if (isWanted(each.getKey())) continue;
                Pod pod = each.getValue();
                if (PodFacts.isTerminating(pod)) {
                    if (isOrdered()) return false;
                    continue;
                }
                boolean withPod = set.spec()
                        .persistentVolumeClaimRetentionPolicy()
                        .whenScaled()
                        .equals("Delete");
                if (withPod) repairClaims(each.getKey(), pod, true, actions);
                actions.add(Action.delete(Pods.DEFINITION, pod));
                if (isOrdered()) return false;
            }
            return true;
        }

        /// From the highest number down to the partition, as many at a time as may be unavailable.
        private void roll(List<Action> actions) {
            var strategy = set.spec().updateStrategy();
            if (strategy.type().equals("OnDelete")) return;
            int most = Math.max(1, count(strategy.rollingUpdate().maxUnavailable(), wanted()));
            int unavailable = 0;
            var sorted = byOrdinal();
            for (Pod pod : sorted.values()) if (!isAvailable(pod) || PodFacts.isTerminating(pod)) unavailable++;
            int lowest = start() + strategy.rollingUpdate().partition();
            for (int ordinal = start() + wanted() - 1; ordinal >= lowest && unavailable < most; ordinal--) {
                Pod pod = sorted.get(ordinal);
                if (pod == null || PodFacts.isTerminating(pod)) continue;
                if (StatefulPods.revision(pod).equals(update.name())) continue;
                actions.add(Action.delete(Pods.DEFINITION, pod));
                unavailable++;
            }
        }

        private static int count(Tree intOrPercent, int whole) {
            return switch (intOrPercent) {
                case Tree.Whole(long number) -> (int) number;
                case Tree.Text(String text)
                when text.endsWith("%") -> (int) (Long.parseLong(text.substring(0, text.length() - 1)) * whole / 100);
                default -> 1;
            };
        }
    }

    // ---- events and status ----

    private static List<Action> tell(StatefulSet set, List<Outcome> outcomes) {
        var events = new ArrayList<Action>();
        for (Outcome outcome : outcomes) {
            String what = switch (outcome.action()) {
                case Action.Create(var ignored, Pod pod) -> "Create Pod " + pod.name();
                case Action.Create(var ignored, PersistentVolumeClaim claim) ->
                    "Create Claim " + claim.name() + " Pod " + podOf(claim, set);
                case Action.Delete delete -> "Delete Pod " + delete.name();
                default -> "";
            };
            if (what.isEmpty() || outcome.isNotFound()) continue;
            String verb = what.startsWith("Create") ? "Create" : "Delete";
            String done = what.startsWith("Create Claim") ? " success" : " successful";
            String where = what + " in StatefulSet " + set.name();
            events.add(outcome.findFailure()
                    .map(why -> Action.warning(set, "Failed" + verb, where + " failed error: " + why.getMessage()))
                    .orElseGet(() -> Action.normal(set, "Successful" + verb, where + done)));
        }
        return events;
    }

    private static String podOf(PersistentVolumeClaim claim, StatefulSet set) {
        return claim.name().substring(claim.name().lastIndexOf(set.name() + "-"));
    }

    private static Plan status(Members members) {
        StatefulSet set = members.set();
        String update = members.update().name();
        String current = members.current().name();
        long ready =
                members.pods().stream().filter(StatefulPods::isRunningAndReady).count();
        long updated = ofRevision(members, update);
        long old = ofRevision(members, current);
        if (updated == members.wanted()
                && ready == members.wanted()
                && members.pods().size() == members.wanted()) {
            current = update;
            old = updated;
        }
        var status = ObjectTree.builder()
                .put("observedGeneration", set.metadata().generation())
                .put("replicas", members.pods().size())
                .put(
                        "availableReplicas",
                        members.pods().stream().filter(members::isAvailable).count())
                .put("currentRevision", current)
                .put("updateRevision", update)
                .put("collisionCount", set.status().collisionCount());
        if (ready != 0) status.put("readyReplicas", ready);
        if (old != 0) status.put("currentReplicas", old);
        if (updated != 0) status.put("updatedReplicas", updated);
        if (set.status().tree().has("conditions"))
            status.put("conditions", set.status().tree().get("conditions"));
        ObjectTree made = status.build();
        if (made.equals(set.status().tree())) return Plan.NOTHING;
        return Plan.of(Action.updateStatus(
                StatefulSets.DEFINITION, StatefulSet.of(set.tree().with("status", made))));
    }

    private static long ofRevision(Members members, String revision) {
        return members.pods().stream()
                .filter(pod -> !PodFacts.isTerminating(pod)
                        && StatefulPods.revision(pod).equals(revision))
                .count();
    }
}
