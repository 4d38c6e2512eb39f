package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `set subject`: whom a binding is for, besides those that it is for already.
final class SetSubject implements Command {
    @Override
    public String name() {
        return "subject";
    }

    @Override
    public String summary() {
        return "Update the user, group, or service account in a role binding or cluster role binding";
    }

    @Override
    public String usage() {
        return "kubectl set subject (-f FILE | TYPE NAME) [--user=username] [--group=groupname] [--serviceaccount=namespace:serviceaccountname]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return PodSpecChange.flags(common).list("user", "group", "serviceaccount");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.list("user").isEmpty()
                && flags.list("group").isEmpty()
                && flags.list("serviceaccount").isEmpty())
            throw Failure.error("you must specify at least one value of user, group or serviceaccount");
        List<ObjectTree> subjects = subjects(session);
        PodSpecChange.each(session, flags.arguments(), "kubectl-set", "subjects updated", found -> {
            String plural = found.kind().plural();
            if (!plural.equals("rolebindings") && !plural.equals("clusterrolebindings"))
                throw Failure.error("setting subjects is only supported for RoleBinding/ClusterRoleBinding");
            var all = new ArrayList<Tree>(found.object().list("subjects").items());
            for (ObjectTree subject : subjects) if (!all.contains(subject)) all.add(subject);
            return found.with(found.object().with("subjects", new ListTree(all)));
        });
    }

    private static List<ObjectTree> subjects(Session session) {
        Flags flags = session.flags();
        var subjects = new ArrayList<ObjectTree>();
        for (String user : flags.list("user")) subjects.add(named("User", user));
        for (String group : flags.list("group")) subjects.add(named("Group", group));
        for (String account : flags.list("serviceaccount")) {
            String[] parts = account.split(":", -1);
            if (parts.length != 2 || parts[1].isEmpty())
                throw Failure.error("serviceaccount must be <namespace>:<name>");
            String namespace = parts[0].isEmpty() ? session.namespace() : parts[0];
            subjects.add(ObjectTree.of("kind", "ServiceAccount", "name", parts[1], "namespace", namespace));
        }
        return subjects;
    }

    private static ObjectTree named(String kind, String name) {
        return ObjectTree.of("apiGroup", "rbac.authorization.k8s.io", "kind", kind, "name", name);
    }
}
