package io.amphora.apiserver.auth;

import io.amphora.api.rbac.v1.ClusterRole;
import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;

/// Brings roles and bindings of the cluster up to what they are to have at least. What somebody has added stays; who
/// wants to take something away says so by an annotation.
public final class PolicyReconciliation {
    static final String AUTOUPDATE = "rbac.authorization.kubernetes.io/autoupdate";

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
        var rules = new ArrayList<Tree>();
        existing.list("rules").forEach(rules::add);
        int before = rules.size();
        for (PolicyRule missing : RuleCover.missingRules(
                ClusterRole.of(existing).rules(), ClusterRole.of(wanted).rules())) rules.add(missing.tree());
        ObjectTree role = rules.size() == before ? existing : existing.with("rules", new ListTree(rules));
        String selectors = "clusterRoleSelectors";
        ListTree gathered = existing.object("aggregationRule").list(selectors);
        ListTree all = united(gathered, wanted.object("aggregationRule").list(selectors));
        return all.equals(gathered) ? role : role.with("aggregationRule", ObjectTree.of(selectors, all));
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
