package io.amphora.apiserver.subresource;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.policy.v1.PodDisruptionBudget;
import io.amphora.api.policy.v1.PodDisruptionBudgetStatus;
import io.amphora.api.policy.v1.PodDisruptionBudgets;
import io.amphora.api.schema.Schemas;
import io.amphora.apiserver.registry.Change;
import io.amphora.apiserver.registry.Deletion;
import io.amphora.apiserver.registry.Endpoint;
import io.amphora.apiserver.registry.EndpointAdmission;
import io.amphora.apiserver.registry.Times;
import io.amphora.apiserver.registry.Write;
import io.amphora.apiserver.registry.WritePath;
import io.amphora.apiserver.request.Bodies;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.DeleteOptions;
import io.amphora.apiserver.request.Refusals;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.WriteOptions;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// `pods/eviction`: a deletion that a PodDisruptionBudget may put off.
public record Evictions(
        ClusterState state, WritePath writes, Deletion deletions, EndpointAdmission admission, Bodies bodies)
        implements Endpoint {
    private static final GroupVersionKind EVICTION = new GroupVersionKind("policy", "v1", "Eviction");
    private static final int MOST_DISRUPTED = 2000;

    @Override
    public Reply answer(Call call, ResourceDefinition<?> kind) {
        if (!call.info().verb().equals("create")) throw Refusals.methodNotAllowed();
        WriteOptions options = WriteOptions.create(call.request());
        ObjectTree sent = bodies.object(call, EVICTION, Schemas.of(EVICTION), options.validation());
        if (!sent.object("metadata").text("name").equals(call.name()))
            throw ApiException.badRequest("name in URL does not match name in Eviction object");
        ObjectTree eviction = admission.create(call, kind, options, sent);
        DeleteOptions asked = DeleteOptions.of(call.request(), eviction.object("deleteOptions"));
        DeleteOptions deletion = options.dryRun() ? asked.dry() : asked;
        Pod pod = Pod.of(state.now()
                .find(Pods.DEFINITION, call.namespace(), call.name())
                .orElseThrow(() -> ApiException.notFound(Pods.DEFINITION, call.name()))
                .tree());
        deletions.requirePreconditions(call, Pods.DEFINITION, call.name(), deletion);
        if (!mayIgnoreBudgets(pod)) spend(call, pod, deletion.dryRun());
        if (!deletion.dryRun() && !pod.spec().nodeName().isEmpty()) mark(call, options);
        deletions.delete(call, Pods.DEFINITION, call.name(), deletion);
        return Statuses.created();
    }

    /// A Pod that does not run yet or any more disrupts nothing when it goes.
    private static boolean mayIgnoreBudgets(Pod pod) {
        return Set.of("Pending", "Succeeded", "Failed").contains(pod.status().phase())
                || pod.tree().object("metadata").has("deletionTimestamp");
    }

    private void spend(Call call, Pod pod, boolean dryRun) {
        List<PodDisruptionBudget> budgets = budgets(pod);
        if (budgets.isEmpty()) return;
        if (budgets.size() > 1)
            throw Statuses.unclassified(
                    "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.");
        PodDisruptionBudget budget = budgets.getFirst();
        if (!isReady(pod)) {
            if (budget.spec().unhealthyPodEvictionPolicy().equals("AlwaysAllow")) return;
            PodDisruptionBudgetStatus status = budget.status();
            if (status.desiredHealthy() > 0 && status.currentHealthy() >= status.desiredHealthy()) return;
        }
        Call ofBudget = call.withName(budget.name()).withSubresource("status");
        WriteOptions options = new WriteOptions("UpdateOptions", dryRun, "", WriteOptions.Validation.IGNORE, false);
        writes.change(ofBudget, PodDisruptionBudgets.DEFINITION, options, new Spend(pod.name()));
    }

    private List<PodDisruptionBudget> budgets(Pod pod) {
        var budgets = new ArrayList<PodDisruptionBudget>();
        state.now().list(PodDisruptionBudgets.DEFINITION, pod.namespace()).forEach((key, stored) -> {
            PodDisruptionBudget budget = PodDisruptionBudget.of(stored.tree());
            LabelSelector selector =
                    LabelSelector.of(budget.tree().object("spec").get("selector"));
            if (selector.matches(pod.metadata().labels())) budgets.add(budget);
        });
        return budgets;
    }

    private static boolean isReady(Pod pod) {
        return pod.status().conditions().stream()
                .anyMatch(condition ->
                        condition.type().equals("Ready") && condition.status().equals("True"));
    }

    private void mark(Call call, WriteOptions options) {
        writes.change(call.withSubresource("status"), Pods.DEFINITION, options, new Mark());
    }

    private record Mark() implements Change {
        @Override
        public ObjectTree apply(Write write, ObjectTree pod, Instant now) {
            return PodConditions.set(pod, "DisruptionTarget", "EvictionByEvictionAPI", "Eviction API: evicting", now);
        }
    }

    /// Takes one disruption from what a budget allows.
    private record Spend(String pod) implements Change {
        @Override
        public ObjectTree apply(Write write, ObjectTree live, Instant now) {
            PodDisruptionBudget budget = PodDisruptionBudget.of(live);
            PodDisruptionBudgetStatus status = budget.status();
            long generation = live.object("metadata").whole("generation");
            if (status.observedGeneration() < generation)
                throw putOff(10, "The disruption budget " + budget.name() + " is still being processed by the server.");
            if (status.disruptionsAllowed() < 0) throw forbidden(budget, "pdb disruptions allowed is negative");
            if (status.tree().object("disruptedPods").size() > MOST_DISRUPTED)
                throw forbidden(
                        budget, "DisruptedPods map too big - too many evictions not confirmed by PDB controller");
            if (status.disruptionsAllowed() == 0) throw putOff(0, why(budget));
            ObjectTree spent = status.tree()
                    .with("disruptionsAllowed", status.disruptionsAllowed() - 1)
                    .withAt(Tree.of(Times.seconds(now)), "disruptedPods", pod);
            return live.with("status", spent);
        }

        private static String why(PodDisruptionBudget budget) {
            PodDisruptionBudgetStatus status = budget.status();
            if (status.currentHealthy() <= status.desiredHealthy())
                return "The disruption budget " + budget.name() + " needs " + status.desiredHealthy()
                        + " healthy pods and has " + status.currentHealthy() + " currently";
            return "The disruption budget " + budget.name() + " does not allow evicting pods currently";
        }

        private static ApiException putOff(int seconds, String why) {
            ObjectTree cause = ObjectTree.of("reason", "DisruptionBudget", "message", why);
            ObjectTree details = ObjectTree.of("causes", ListTree.of(cause));
            if (seconds > 0) details = details.with("retryAfterSeconds", seconds);
            return ApiException.of(
                    429,
                    "TooManyRequests",
                    "Cannot evict pod as it would violate the pod's disruption budget.",
                    details);
        }

        private static ApiException forbidden(ApiObject budget, String why) {
            return ApiException.forbidden(PodDisruptionBudgets.DEFINITION, budget.name(), why);
        }
    }
}
