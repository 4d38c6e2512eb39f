package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;

/// Who a binding is for, by `--user`, `--group` and `--serviceaccount`.
final class Subjects {
    private static final String GROUP = "rbac.authorization.k8s.io";

    private Subjects() {}

    static Flags.Known flags(Flags.Known known) {
        return known.list("user", "group", "serviceaccount").text("clusterrole");
    }

    static ObjectTree on(Flags flags, ObjectTree binding, String kind, String role) {
        var subjects = new ArrayList<ObjectTree>();
        for (String user : flags.list("user"))
            subjects.add(ObjectTree.of("apiGroup", GROUP, "kind", "User", "name", user));
        for (String group : flags.list("group"))
            subjects.add(ObjectTree.of("apiGroup", GROUP, "kind", "Group", "name", group));
        for (String account : flags.list("serviceaccount")) {
            String[] parts = account.split(":", -1);
            if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty())
                throw Failure.error("serviceaccount must be <namespace>:<name>");
            subjects.add(ObjectTree.of("kind", "ServiceAccount", "name", parts[1], "namespace", parts[0]));
        }
        ObjectTree bound = binding.with("roleRef", ObjectTree.of("apiGroup", GROUP, "kind", kind, "name", role));
        return subjects.isEmpty() ? bound : bound.with("subjects", ListTree.from(subjects));
    }
}
