package io.amphora.controllers.daemonset;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeSelectorRequirement;
import io.amphora.api.core.v1.NodeSelectorTerm;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.Taint;
import io.amphora.api.core.v1.Toleration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Whether a node suits a daemon, by name, labels and taints. Resources are the scheduler's affair.
///
/// @param shouldRun a Pod is to be made there
/// @param mayStay a Pod that is there is left alone
record NodeFit(boolean shouldRun, boolean mayStay) {

    static NodeFit of(PodSpec spec, List<Toleration> tolerations, Node node) {
        boolean named = spec.nodeName().isEmpty() || spec.nodeName().equals(node.name());
        if (!named || !selects(spec, node)) return new NodeFit(false, false);
        boolean shouldRun = true;
        boolean mayStay = true;
        for (Taint taint : node.spec().taints()) {
            if (taint.effect().equals("PreferNoSchedule") || isTolerated(taint, tolerations)) continue;
            shouldRun = false;
            mayStay &= !taint.effect().equals("NoExecute");
        }
        return new NodeFit(shouldRun, mayStay);
    }

    private static boolean selects(PodSpec spec, Node node) {
        var labels = node.metadata().labels();
        for (var wanted : spec.nodeSelector().entrySet())
            if (!wanted.getValue().equals(labels.get(wanted.getKey()))) return false;
        var required = spec.affinity().nodeAffinity().findRequiredDuringSchedulingIgnoredDuringExecution();
        return required.isEmpty() || required.get().nodeSelectorTerms().stream().anyMatch(term -> matches(term, node));
    }

    private static boolean matches(NodeSelectorTerm term, Node node) {
        if (term.matchExpressions().isEmpty() && term.matchFields().isEmpty()) return false;
        var labels = node.metadata().labels();
        return term.matchExpressions().stream().allMatch(each -> holds(each, labels.get(each.key())))
                && term.matchFields().stream()
                        .allMatch(each -> holds(each, each.key().equals("metadata.name") ? node.name() : null));
    }

    private static boolean holds(NodeSelectorRequirement requirement, @Nullable String value) {
        return switch (requirement.operator()) {
            case "In" -> value != null && requirement.values().contains(value);
            case "NotIn" -> value == null || !requirement.values().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" -> value != null && compare(value, requirement.values().getFirst()) > 0;
            case "Lt" -> value != null && compare(value, requirement.values().getFirst()) < 0;
            default -> false;
        };
    }

    private static int compare(String left, String right) {
        try {
            return Long.compare(Long.parseLong(left), Long.parseLong(right));
        } catch (NumberFormatException none) {
            return 0;
        }
    }

    private static boolean isTolerated(Taint taint, List<Toleration> tolerations) {
        return tolerations.stream().anyMatch(toleration -> {
            boolean effect =
                    toleration.effect().isEmpty() || toleration.effect().equals(taint.effect());
            boolean key = toleration.key().isEmpty() || toleration.key().equals(taint.key());
            boolean value =
                    toleration.operator().equals("Exists") || toleration.value().equals(taint.value());
            return effect && key && value;
        });
    }
}
