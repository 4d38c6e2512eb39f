package io.amphora.api.core.v1;

import static io.amphora.api.Defaults.each;
import static io.amphora.api.Defaults.in;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// Selectors of a new Pod that look for Pods with the same labels as its own: the values of those labels are
/// written
/// into
/// them once, so that the scheduler needs to know nothing of it (KEP-3633, KEP-3243).
final class PodSelectors {
    private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";
    private static final String PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution";

    private PodSelectors() {}

    static ObjectTree completed(ObjectTree spec, ObjectTree labels) {
        ObjectTree tree = in(spec, "affinity", affinity -> affinity(affinity, labels));
        return each(tree, "topologySpreadConstraints", constraint -> term(constraint, labels));
    }

    private static ObjectTree affinity(ObjectTree affinity, ObjectTree labels) {
        ObjectTree tree = affinity;
        for (String name : new String[] {"podAffinity", "podAntiAffinity"})
            tree = in(tree, name, terms -> {
                ObjectTree changed = each(terms, REQUIRED, term -> term(term, labels));
                return each(
                        changed, PREFERRED, weighted -> in(weighted, "podAffinityTerm", term -> term(term, labels)));
            });
        return tree;
    }

    private static ObjectTree term(ObjectTree term, ObjectTree labels) {
        if (!(term.find("labelSelector") instanceof ObjectTree selector)) return term;
        ListTree expressions = selector.list("matchExpressions");
        ListTree more = added(expressions, term.list("matchLabelKeys"), "In", labels);
        more = added(more, term.list("mismatchLabelKeys"), "NotIn", labels);
        return more == expressions ? term : term.with("labelSelector", selector.with("matchExpressions", more));
    }

    private static ListTree added(ListTree expressions, ListTree keys, String operator, ObjectTree labels) {
        ListTree result = expressions;
        for (Tree item : keys) {
            String key = item.text();
            if (key == null || !labels.has(key)) continue;
            result = result.plus(
                    ObjectTree.of("key", key, "operator", operator, "values", ListTree.of(labels.get(key))));
        }
        return result;
    }
}
