package io.amphora.controllers.quota;

import io.amphora.api.ApiObject;
import io.amphora.api.Kinds;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.core.v1.QuotaUsage;
import io.amphora.api.core.v1.ResourceQuota;
import io.amphora.api.core.v1.ResourceQuotas;
import io.amphora.client.ListOptions;
import io.amphora.client.Target;
import io.amphora.controllers.Action;
import io.amphora.controllers.Controller;
import io.amphora.controllers.Key;
import io.amphora.controllers.Outcome;
import io.amphora.controllers.Plan;
import io.amphora.controllers.Seen;
import io.amphora.controllers.Watches;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Counts what is there for each ResourceQuota. Admission counts what is added; what is taken away shows here.
public final class ResourceQuotaController implements Controller<ResourceQuota> {
    /// Custom resources are not watched for this but counted now and then.
    private static final Duration COUNTING = Duration.ofSeconds(10);

    /// What admission booked for objects that were not stored after all is found out so.
    private static final Duration RECOUNT = Duration.ofMinutes(5);

    private static final String COUNT = "count/";
    private static final List<ResourceDefinition<?>> COUNTED = counted();

    private static final Set<String> COUNTED_NAMES =
            COUNTED.stream().map(kind -> COUNT + kind.qualifiedName()).collect(Collectors.toUnmodifiableSet());

    private static List<ResourceDefinition<?>> counted() {
        var kinds = new ArrayList<ResourceDefinition<?>>();
        for (ResourceDefinition<?> kind : Kinds.ALL) {
            boolean kept =
                    kind.namespaced() && kind.storage() == null && kind.verbs().contains("delete");
            if (kept && !kind.plural().equals("events")) kinds.add(kind);
        }
        return kinds;
    }

    @Override
    public String name() {
        return "resourcequota-controller";
    }

    @Override
    public Watches<ResourceQuota> watches() {
        // What admission books is no reason to count: the object that it booked for may not be seen yet.
        Watches<ResourceQuota> watches = Watches.of(ResourceQuotas.DEFINITION)
                .onlyWhen((before, now) -> !before.spec().equals(now.spec())
                        || !before.status().hard().equals(now.status().hard()));
        for (ResourceDefinition<?> kind : COUNTED) watches = counting(watches, kind);
        return watches;
    }

    private static <O extends ApiObject> Watches<ResourceQuota> counting(
            Watches<ResourceQuota> watches, ResourceDefinition<O> kind) {
        Target<ResourceQuota> quotas = Target.of(ResourceQuotas.DEFINITION);
        return watches.onlyOn(
                kind,
                (before, now) -> matters(kind, before, now),
                (object, seen) -> seen.list(quotas, object.namespace()).stream()
                        .map(quota -> Key.of(quotas, quota))
                        .toList());
    }

    private static boolean matters(ResourceDefinition<?> kind, ApiObject before, ApiObject now) {
        if (!Set.of("pods", "services", "persistentvolumeclaims").contains(kind.plural())) return false;
        return !before.tree().get("spec").equals(now.tree().get("spec"))
                || !before.tree().at("status", "phase").equals(now.tree().at("status", "phase"))
                || before.tree().object("metadata").has("deletionTimestamp")
                        != now.tree().object("metadata").has("deletionTimestamp");
    }

    /// What else it counts may have been defined a moment ago.
    @Override
    public boolean asksForKinds(ResourceQuota quota) {
        return quota.spec().hard().keySet().stream()
                .anyMatch(name -> name.startsWith(COUNT) && !COUNTED_NAMES.contains(name));
    }

    @Override
    public Plan plan(ResourceQuota quota, Seen seen, Instant now) {
        var wanted = new HashSet<>(quota.spec().hard().keySet());
        var sum = new TreeMap<String, Quantity>();
        for (ResourceDefinition<?> kind : COUNTED) count(quota, kind, seen, wanted, sum, now);
        List<Action> reads = foreign(quota, wanted, seen);
        if (reads.isEmpty()) return write(quota, sum).andLookAgainAt(now.plus(RECOUNT));
        return Plan.together(reads)
                .then(outcomes -> {
                    for (Outcome outcome : outcomes) countForeign(outcome, sum, now);
                    return write(quota, sum);
                })
                .andLookAgainAt(now.plus(COUNTING));
    }

    private static <O extends ApiObject> void count(
            ResourceQuota quota,
            ResourceDefinition<O> kind,
            Seen seen,
            Set<String> wanted,
            Map<String, Quantity> sum,
            Instant now) {
        boolean simple = !Set.of("pods", "services", "persistentvolumeclaims").contains(kind.plural());
        if (simple && !wanted.contains(COUNT + kind.qualifiedName()) && !wanted.contains(kind.plural())) return;
        for (O object : seen.list(kind, quota.namespace()))
            if (QuotaUsage.isCovered(quota.spec(), kind.group(), kind.plural(), object.tree()))
                QuotaUsage.add(sum, QuotaUsage.of(kind, object.tree(), now));
    }

    /// Kinds that are not compiled in, by `count/widgets.example.com`.
    private static List<Action> foreign(ResourceQuota quota, Set<String> wanted, Seen seen) {
        var reads = new ArrayList<Action>();
        for (Target<?> kind : seen.kindred().namespaced()) {
            String name = COUNT + kind.qualifiedName();
            if (wanted.contains(name) && !COUNTED_NAMES.contains(name))
                reads.add(new Action.ReadAll(kind, quota.namespace(), ListOptions.ALL));
        }
        return reads;
    }

    private static void countForeign(Outcome outcome, Map<String, Quantity> sum, Instant now) {
        if (!(outcome instanceof Outcome.Done(Action.ReadAll read, ObjectTree answer))) return;
        for (Tree item : answer.list("items"))
            QuotaUsage.add(
                    sum, QuotaUsage.of(read.target().group(), read.target().plural(), item.object(), now));
    }

    private static Plan write(ResourceQuota quota, Map<String, Quantity> sum) {
        var used = ObjectTree.builder();
        for (String name : quota.spec().hard().keySet())
            used.put(name, sum.getOrDefault(name, Quantity.ZERO).toString());
        ObjectTree status = ObjectTree.of("hard", quota.spec().tree().object("hard"), "used", used.build());
        if (status.equals(quota.status().tree())) return Plan.NOTHING;
        return Plan.of(Action.updateStatus(
                ResourceQuotas.DEFINITION, ResourceQuota.of(quota.tree().with("status", status))));
    }
}
