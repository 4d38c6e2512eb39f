package io.amphora.controllers.disruption;

import io.amphora.api.ApiObject;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.Views;
import io.amphora.api.apps.v1.Deployments;
import io.amphora.api.apps.v1.ReplicaSets;
import io.amphora.api.apps.v1.StatefulSets;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.ReplicationControllers;
import io.amphora.api.policy.v1.PodDisruptionBudget;
import io.amphora.api.policy.v1.PodDisruptionBudgets;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
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
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Says for each PodDisruptionBudget how many of its Pods may be evicted now.
public final class DisruptionController implements Controller<PodDisruptionBudget> {
    /// An eviction that was granted and not carried out within this time is forgotten.
    private static final Duration GRANTED = Duration.ofMinutes(2);

    @Override
    public String name() {
        return "disruption-controller";
    }

    @Override
    public String component() {
        return "controllermanager";
    }

    @Override
    public Watches<PodDisruptionBudget> watches() {
        Watches<PodDisruptionBudget> watches =
                Watches.of(PodDisruptionBudgets.DEFINITION).on(Pods.DEFINITION, DisruptionController::budgetsOf);
        watches = scaled(watches, ReplicaSets.DEFINITION);
        watches = scaled(watches, ReplicationControllers.DEFINITION);
        watches = scaled(watches, StatefulSets.DEFINITION);
        return scaled(watches, Deployments.DEFINITION);
    }

    private static <O extends ApiObject> Watches<PodDisruptionBudget> scaled(
            Watches<PodDisruptionBudget> watches, ResourceDefinition<O> kind) {
        Target<PodDisruptionBudget> budgets = Target.of(PodDisruptionBudgets.DEFINITION);
        return watches.onlyOn(
                kind,
                (before, now) -> replicas(before) != replicas(now),
                (owner, seen) -> seen.list(budgets, owner.namespace()).stream()
                        .map(budget -> Key.of(budgets, budget))
                        .toList());
    }

    private static List<Key> budgetsOf(Pod pod, Seen seen) {
        Target<PodDisruptionBudget> budgets = Target.of(PodDisruptionBudgets.DEFINITION);
        return seen.list(budgets, pod.namespace()).stream()
                .filter(budget ->
                        selector(budget).matches(pod.tree().object("metadata").object("labels")))
                .map(budget -> Key.of(budgets, budget))
                .toList();
    }

    private static LabelSelector selector(PodDisruptionBudget budget) {
        return LabelSelector.of(budget.spec().tree().get("selector"));
    }

    private static long replicas(ApiObject owner) {
        ObjectTree spec = owner.tree().object("spec");
        return spec.has("replicas") ? spec.whole("replicas") : 1;
    }

    @Override
    public Plan plan(PodDisruptionBudget budget, Seen seen, Instant now) {
        List<Pod> pods = seen.list(Pods.DEFINITION, budget.namespace(), selector(budget));
        Plan none = pods.isEmpty() && isNew(budget)
                ? Plan.of(Action.normal(budget, "NoPods", "No matching pods found"))
                : Plan.NOTHING;
        if (isPlainCount(budget)) return none.then(conclude(budget, pods, pods.size(), now));
        var owners = owners(pods, seen);
        Plan unmanaged = owners.unmanaged() && isNew(budget) ? Plan.of(tellUnmanaged(budget)) : Plan.NOTHING;
        Plan told = none.then(unmanaged);
        if (owners.unknown().isEmpty()) return told.then(conclude(budget, pods, owners.scale(), now));
        List<Action> reads = owners.unknown().stream()
                .map(owner -> scaleOf(owner, budget, seen))
                .flatMap(Optional::stream)
                .toList();
        return told.then(Plan.together(reads).then(outcomes -> {
            int scale = owners.scale();
            for (Outcome outcome : outcomes)
                scale += outcome.findAnswer()
                        .map(answer -> (int) answer.object("spec").whole("replicas"))
                        .orElse(0);
            boolean certain =
                    reads.size() == owners.unknown().size() && outcomes.stream().allMatch(Outcome::succeeded);
            return certain ? conclude(budget, pods, scale, now) : failed(budget, now);
        }));
    }

    /// Once is enough.
    private static boolean isNew(PodDisruptionBudget budget) {
        return budget.status().observedGeneration() < budget.metadata().generation();
    }

    private static boolean isPlainCount(PodDisruptionBudget budget) {
        return budget.spec().minAvailable() instanceof Tree.Whole;
    }

    private static Action tellUnmanaged(PodDisruptionBudget budget) {
        return Action.warning(
                budget,
                "UnmanagedPods",
                "Pods selected by this PodDisruptionBudget (selector: "
                        + budget.spec().selector().tree()
                        + ") were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which"
                        + " may result in undefined behavior. To account for these pods please set \".spec.minAvailable\" field of"
                        + " the PDB to an integer value.");
    }

    // ---- how many Pods there should be ----

    /// @param unknown references to owners of other kinds, which the server has to be asked about
    private record Scale(int scale, boolean unmanaged, List<ObjectTree> unknown) {}

    private static Scale owners(List<Pod> pods, Seen seen) {
        var sizes = new HashMap<String, Integer>();
        var unknown = new LinkedHashMap<String, ObjectTree>();
        boolean unmanaged = false;
        for (Pod pod : pods) {
            Optional<ObjectTree> reference = Owners.findController(pod);
            if (reference.isEmpty()) unmanaged = true;
            else size(pod.namespace(), reference.get(), seen, sizes, unknown);
        }
        return new Scale(
                sizes.values().stream().mapToInt(Integer::intValue).sum(), unmanaged, List.copyOf(unknown.values()));
    }

    private static void size(
            String namespace,
            ObjectTree reference,
            Seen seen,
            Map<String, Integer> sizes,
            Map<String, ObjectTree> unknown) {
        String name = reference.text("name");
        Optional<? extends ApiObject> owner = switch (reference.text("kind")) {
            case "ReplicaSet" -> seen.find(ReplicaSets.DEFINITION, namespace, name);
            case "StatefulSet" -> seen.find(StatefulSets.DEFINITION, namespace, name);
            case "ReplicationController" -> seen.find(ReplicationControllers.DEFINITION, namespace, name);
            default -> {
                unknown.put(reference.text("uid"), reference);
                yield Optional.empty();
            }
        };
        Optional<? extends ApiObject> top = owner.flatMap(each -> Owners.findController(each)
                .filter(above -> above.text("kind").equals("Deployment"))
                .flatMap(above -> seen.find(Deployments.DEFINITION, namespace, above.text("name"))));
        if (top.isPresent()) sizes.put(top.get().uid(), (int) replicas(top.get()));
        else owner.ifPresent(each -> sizes.put(each.uid(), (int) replicas(each)));
    }

    private static Optional<Action> scaleOf(ObjectTree reference, PodDisruptionBudget budget, Seen seen) {
        return seen.kindred()
                .find(GroupVersionKind.of(reference.text("apiVersion"), reference.text("kind")))
                .map(kind -> new Action.Read(kind, budget.namespace(), reference.text("name"), "scale"));
    }

    // ---- status ----

    private static Plan conclude(PodDisruptionBudget budget, List<Pod> pods, int expected, Instant now) {
        var granted = granted(budget, pods, now);
        long healthy = pods.stream()
                .filter(pod ->
                        !PodFacts.isTerminating(pod) && !granted.containsKey(pod.name()) && PodFacts.isReady(pod))
                .count();
        int desired = desired(budget, expected);
        long allowed = expected <= 0 ? 0 : Math.max(0, healthy - desired);
        var status = ObjectTree.builder()
                .put("observedGeneration", budget.metadata().generation())
                .put("currentHealthy", healthy)
                .put("desiredHealthy", desired)
                .put("expectedPods", expected)
                .put("disruptionsAllowed", allowed)
                .put(
                        "conditions",
                        conditions(budget, allowed > 0, allowed > 0 ? "SufficientPods" : "InsufficientPods", "", now));
        if (!granted.isEmpty()) status.put("disruptedPods", ObjectTree.from(granted));
        Plan plan = write(budget, status.build());
        return granted.values().stream()
                .flatMap(time -> time(time).stream())
                .min(Instant::compareTo)
                .map(first -> plan.andLookAgainAt(first.plus(GRANTED)))
                .orElse(plan);
    }

    private static Plan failed(PodDisruptionBudget budget, Instant now) {
        String why = "found no controllers for pods";
        ObjectTree status = budget.status()
                .tree()
                .with("disruptionsAllowed", 0)
                .with("conditions", conditions(budget, false, "SyncFailed", why, now));
        return Plan.of(Action.warning(
                        budget,
                        "CalculateExpectedPodCountFailed",
                        "Failed to calculate the number of expected pods: " + why))
                .then(write(budget, status));
    }

    private static Plan write(PodDisruptionBudget budget, ObjectTree status) {
        if (status.equals(budget.status().tree())) return Plan.NOTHING;
        return Plan.of(Action.updateStatus(
                PodDisruptionBudgets.DEFINITION,
                PodDisruptionBudget.of(budget.tree().with("status", status))));
    }

    private static int desired(PodDisruptionBudget budget, int expected) {
        Tree least = budget.spec().minAvailable();
        if (!least.isNull()) return count(least, expected);
        return Math.max(0, expected - count(budget.spec().maxUnavailable(), expected));
    }

    /// A percentage is rounded up.
    private static int count(Tree intOrPercent, int whole) {
        return switch (intOrPercent) {
            case Tree.Whole(long number) -> (int) number;
            case Tree.Text(String text)
            when text.endsWith("%") ->
                (int) Math.ceilDiv(Long.parseLong(text.substring(0, text.length() - 1)) * whole, 100);
            default -> 0;
        };
    }

    /// Evictions that were granted and are still to be seen.
    private static Map<String, Tree> granted(PodDisruptionBudget budget, List<Pod> pods, Instant now) {
        var granted = new HashMap<String, Tree>();
        for (Map.Entry<String, Tree> each : budget.status().tree().object("disruptedPods")) {
            boolean waits =
                    pods.stream().anyMatch(pod -> pod.name().equals(each.getKey()) && !PodFacts.isTerminating(pod));
            boolean fresh = time(each.getValue())
                    .map(at -> at.plus(GRANTED).isAfter(now))
                    .orElse(false);
            if (waits && fresh) granted.put(each.getKey(), each.getValue());
        }
        return granted;
    }

    private static Optional<Instant> time(Tree text) {
        return Views.findTime(ObjectTree.of("t", text), "t");
    }

    private static ListTree conditions(
            PodDisruptionBudget budget, boolean allowed, String reason, String message, Instant now) {
        var conditions = new ArrayList<Tree>();
        Tree since = Views.tree(now);
        String status = allowed ? "True" : "False";
        for (Tree each : budget.status().tree().list("conditions")) {
            if (!each.object().text("type").equals("DisruptionAllowed")) conditions.add(each);
            else if (each.object().text("status").equals(status))
                since = each.object().get("lastTransitionTime");
        }
        conditions.add(ObjectTree.of(
                "type", "DisruptionAllowed",
                "status", status,
                "reason", reason,
                "message", message,
                "observedGeneration", budget.metadata().generation(),
                "lastTransitionTime", since));
        return new ListTree(conditions);
    }
}
