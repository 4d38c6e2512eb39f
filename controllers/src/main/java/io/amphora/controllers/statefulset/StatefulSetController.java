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
import io.amphora.controllers.Key;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.controllers.history.Revisions;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Keeps Pods of fixed names and storage. They come up from the lowest number to the highest,
/// each when the one before is available, and go down the other way, unless
/// `podManagementPolicy: Parallel` says that the order is of no matter.
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
                .onlyOn(
                        PersistentVolumeClaims.DEFINITION,
                        StatefulClaims::changes,
                        (claim, seen) -> seen.list(StatefulSets.DEFINITION, claim.namespace()).stream()
                                .filter(set -> StatefulClaims.isNamedBy(set, claim))
                                .map(set -> Key.of(Target.of(StatefulSets.DEFINITION), set))
                                .toList());
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

        boolean isUnwell(Pod pod) {
            return !isAvailable(pod) || PodFacts.isTerminating(pod);
        }

        HashSet<String> usedRevisions() {
            var used = new HashSet<String>(List.of(current.name(), update.name()));
            for (Pod pod : pods) used.add(StatefulPods.revision(pod));
            return used;
        }

        // ---- what to do next ----

        Plan work() {
            var actions = new ArrayList<Action>();
            retainClaims(actions);
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

        /// A Pod is not made onto a claim that is going: it waits for the claim that comes
        /// after it.
        private boolean make(int ordinal, List<Action> actions) {
            StatefulClaims claims = claims(ordinal);
            if (claims.areLeftOver()) return false;
            actions.addAll(claims.creations());
            List<String> going = claims.going();
            actions.add(going.isEmpty() ? create(ordinal) : notCreated(ordinal, going));
            return false;
        }

        private StatefulClaims claims(int ordinal) {
            return StatefulClaims.of(set, ordinal, isWanted(ordinal), seen);
        }

        private Action create(int ordinal) {
            ControllerRevision revision = isOfCurrentRevision(ordinal) ? current : update;
            Pod pod = StatefulPods.pod(set, ordinal, Revisions.template(revision), revision.name());
            return Action.create(Pods.DEFINITION, pod);
        }

        private Action notCreated(int ordinal, List<String> going) {
            List<String> errors = going.stream()
                    .map(claim -> "pvc " + claim + " is being deleted")
                    .toList();
            String why = errors.size() == 1 ? errors.getFirst() : "[" + String.join(", ", errors) + "]";
            return Action.warning(
                    set,
                    "FailedCreate",
                    "Create Pod " + StatefulPods.name(set, ordinal) + " in StatefulSet " + set.name()
                            + " failed error: " + why);
        }

        /// Below the partition Pods stay what they are.
        private boolean isOfCurrentRevision(int ordinal) {
            var strategy = set.spec().updateStrategy();
            if (strategy.type().equals("OnDelete")) return false;
            return ordinal < start() + strategy.rollingUpdate().partition();
        }

        private boolean remake(Pod pod, List<Action> actions) {
            if (!PodFacts.isTerminating(pod)) actions.add(Action.delete(Pods.DEFINITION, pod));
            return false;
        }

        private boolean repair(int ordinal, Pod pod, List<Action> actions) {
            if (pod.status().phase().equals("Pending"))
                actions.addAll(claims(ordinal).creations());
            if (PodFacts.isTerminating(pod) || isOrdered() && !isAvailable(pod)) return false;
            ObjectTree labels = pod.tree().object("metadata").object("labels");
            ObjectTree identity = StatefulPods.withIdentity(labels, set, ordinal);
            if (!identity.equals(labels))
                actions.add(Action.patch(
                        Pods.DEFINITION,
                        pod,
                        PatchType.MERGE,
                        ObjectTree.of("metadata", ObjectTree.of("labels", identity))));
            return true;
        }

        /// Whether its Pods are ready or not.
        private void retainClaims(List<Action> actions) {
            byOrdinal().forEach((ordinal, pod) -> actions.addAll(claims(ordinal).retained(pod)));
        }

        /// In order, a Pod goes only when those below it are well: of several that are not,
        /// the lowest is the one to be mended or to go.
        ///
        /// @return false when what follows has to wait
        private boolean takeDown(List<Action> actions) {
            for (Pod pod : condemned()) {
                boolean waits = PodFacts.isTerminating(pod) || isOrdered() && !isAvailable(pod) && !isLowestUnwell(pod);
                if (!waits) actions.add(Action.delete(Pods.DEFINITION, pod));
                if (isOrdered()) return false;
            }
            return true;
        }

        /// The highest first.
        private List<Pod> condemned() {
            return byOrdinal().descendingMap().entrySet().stream()
                    .filter(each -> !isWanted(each.getKey()))
                    .map(Map.Entry::getValue)
                    .toList();
        }

        private boolean isLowestUnwell(Pod pod) {
            return condemned().reversed().stream()
                    .filter(this::isUnwell)
                    .findFirst()
                    .filter(lowest -> lowest.uid().equals(pod.uid()))
                    .isPresent();
        }

        /// From the highest number down to the partition, as many at a time as may be
        /// unavailable.
        private void roll(List<Action> actions) {
            var strategy = set.spec().updateStrategy();
            if (strategy.type().equals("OnDelete")) return;
            int most = Math.max(1, count(strategy.rollingUpdate().maxUnavailable(), wanted()));
            var sorted = byOrdinal();
            int unavailable = wanted();
            for (var each : sorted.entrySet()) if (isWanted(each.getKey()) && !isUnwell(each.getValue())) unavailable--;
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
        boolean rolls = !set.spec().updateStrategy().type().equals("OnDelete");
        if (rolls
                && updated == members.wanted()
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
