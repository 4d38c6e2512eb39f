package io.amphora.apiserver.auth;

import io.amphora.api.rbac.v1.ClusterRole;
import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Brings roles and bindings of the cluster up to what they are to have at least. What somebody has added stays; who
/// wants to take something away says so by an annotation.
public final class PolicyReconciliation {
    static final String AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

    private static final String SELECTORS = "clusterRoleSelectors";

    private PolicyReconciliation() {}

    /// A role or binding as it is to be.
    ///
    /// @param existing of the same kind and name
    public static ObjectTree reconciled(ObjectTree existing, ObjectTree wanted) {
        ObjectTree metadata = existing.object("metadata");
        if (metadata.object("annotations").text(AUTOUPDATE).equals("false")) return existing;
        ObjectTree changed = existing.with("metadata", withMissing(metadata, wanted.object("metadata")));
        return wanted.has("roleRef") ? binding(changed, wanted) : role(changed, wanted);
    }

    /// Whether a binding is one to another role, which cannot be changed.
    public static boolean isToAnother(ObjectTree existing, ObjectTree wanted) {
        return !existing.object("metadata")
                        .object("annotations")
                        .text(AUTOUPDATE)
                        .equals("false")
                && !existing.get("roleRef").equals(wanted.get("roleRef"));
    }

    private static ObjectTree withMissing(ObjectTree metadata, ObjectTree wanted) {
        ObjectTree changed = metadata;
        for (String field : new String[] {"labels", "annotations"}) {
            ObjectTree merged = metadata.object(field);
            for (var each : wanted.object(field))
                if (!merged.has(each.getKey())) merged = merged.with(each.getKey(), each.getValue());
            if (!merged.isEmpty()) changed = changed.with(field, merged);
        }
        return changed;
    }

    private static ObjectTree role(ObjectTree existing, ObjectTree wanted) {
        ListTree rules = existing.list("rules");
        ListTree all = rules(existing, wanted);
        ObjectTree role = all.equals(rules) ? existing : existing.with("rules", all);
        ListTree gathered = existing.object("aggregationRule").list(SELECTORS);
        ListTree gathering = united(gathered, wanted.object("aggregationRule").list(SELECTORS));
        return gathering.equals(gathered) ? role : role.with("aggregationRule", ObjectTree.of(SELECTORS, gathering));
    }

    /// The rules that there are, and for what these do not allow, more.
    private static ListTree rules(ObjectTree existing, ObjectTree wanted) {
        ListTree rules = existing.list("rules");
        if (rules.equals(wanted.list("rules"))) return rules;
        List<PolicyRule> held = ClusterRole.of(existing).rules();
        List<PolicyRule> missing =
                RuleCover.missingRules(held, ClusterRole.of(wanted).rules());
        return new ListTree(Stream.concat(rules.stream(), missing.stream().map(PolicyRule::tree))
                .toList());
    }

    private static ObjectTree binding(ObjectTree existing, ObjectTree wanted) {
        ListTree subjects = existing.list("subjects");
        ListTree all = united(subjects, wanted.list("subjects"));
        return all.equals(subjects) ? existing : existing.with("subjects", all);
    }

    private static ListTree united(ListTree existing, ListTree wanted) {
        var all = new ArrayList<Tree>();
        existing.forEach(all::add);
        for (Tree each : wanted) if (!all.contains(each)) all.add(each);
        return new ListTree(all);
    }
}
