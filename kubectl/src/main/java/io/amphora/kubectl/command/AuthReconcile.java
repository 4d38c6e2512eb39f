package io.amphora.kubectl.command;

import io.amphora.client.AnyObject;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// `auth reconcile`: makes roles and bindings hold at least what files say.
final class AuthReconcile implements Command {
    @Override
    public String name() {
        return "reconcile";
    }

    @Override
    public String summary() {
        return "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects";
    }

    @Override
    public String usage() {
        return "kubectl auth reconcile -f FILE [--remove-extra-permissions] [--remove-extra-subjects]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files().output().dryRun().bool("remove-extra-permissions", "remove-extra-subjects");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (!flags.arguments().isEmpty()) throw Failure.error("no arguments are allowed");
        Manifests.require(flags);
        DryRun.of(flags);
        var results = new Results(session, "reconciled");
        var problems = new Problems();
        for (Selection selection : Selection.of(session, Selection.Rules.BARE, List.of(), problems))
            problems.attempt(() -> reconcile(session, selection, results));
        problems.conclude(session);
    }

    private static void reconcile(Session session, Selection selection, Results results) {
        ObjectTree wanted = selection.wanted();
        if (!selection.kind().gvk().group().equals("rbac.authorization.k8s.io"))
            throw Failure.error("only rbac.authorization.k8s.io/v1 is supported: not " + wanted.text("apiVersion"));
        // A role whose file says no namespace is looked for in none, whatever -n says: kubectl's own way.
        boolean nowhere = selection.kind().namespaced()
                && selection.manifest() != null
                && selection
                        .manifest()
                        .object()
                        .object("metadata")
                        .text("namespace")
                        .isEmpty();
        if (nowhere && DryRun.of(session.flags()) != DryRun.CLIENT)
            throw Failure.error("resource name may not be empty");
        Optional<AnyObject> live =
                nowhere ? Optional.empty() : selection.resource(session).find(selection.name());
        boolean rules = wanted.has("rules") || selection.kind().plural().endsWith("roles");
        String field = rules ? "rules" : "subjects";
        List<Tree> before = live.map(each -> each.tree().list(field).items()).orElse(List.of());
        List<Tree> said = wanted.list(field).items();
        List<Tree> missing = rules ? missingRules(said, before) : missingSubjects(said, before);
        List<Tree> extra = rules ? missingRules(before, said) : missingSubjects(before, said);
        boolean removes = session.flags().isSet(rules ? "remove-extra-permissions" : "remove-extra-subjects");
        var after = new ArrayList<Tree>(removes ? said : before);
        if (!removes) after.addAll(missing);
        ObjectTree merged =
                live.map(AnyObject::tree).orElse(wanted).with(field, new ListTree(live.isEmpty() ? said : after));
        boolean changes = live.isEmpty() || !missing.isEmpty() || removes && !extra.isEmpty();
        ObjectTree object = merged;
        if (changes && DryRun.of(session.flags()) != DryRun.CLIENT)
            object = live.isEmpty()
                    ? selection
                            .resource(session)
                            .create(new AnyObject(merged), session.writing("kubectl-auth"))
                            .tree()
                    : selection
                            .resource(session)
                            .update(new AnyObject(merged), "", session.writing("kubectl-auth"))
                            .tree();
        results.say(object);
        if (!session.flags().text("output").isEmpty()) return;
        if (changes) session.warn("\treconciliation required " + (live.isEmpty() ? "create" : "update"));
        told(session, "\tmissing " + field + " added:", missing);
        if (removes) told(session, "\textra " + field + " removed:", extra);
    }

    private static void told(Session session, String title, List<Tree> items) {
        if (items.isEmpty()) return;
        session.warn(title);
        for (Tree item : items) session.warn("\t\t" + shown(item.object()));
    }

    private static String shown(ObjectTree item) {
        if (!item.has("verbs"))
            return "{Kind:" + item.text("kind") + " APIGroup:" + item.text("apiGroup") + " Name:" + item.text("name")
                    + " Namespace:" + item.text("namespace") + "}";
        return "{Verbs:" + list(item, "verbs") + " APIGroups:" + list(item, "apiGroups") + " Resources:"
                + list(item, "resources") + " ResourceNames:" + list(item, "resourceNames") + " NonResourceURLs:"
                + list(item, "nonResourceURLs") + "}";
    }

    private static String list(ObjectTree item, String field) {
        return "["
                + item.list(field).stream()
                        .map(each -> String.valueOf(each.text()))
                        .collect(Collectors.joining(" ")) + "]";
    }

    private static List<Tree> missingSubjects(List<Tree> wanted, List<Tree> there) {
        return wanted.stream().filter(each -> !there.contains(each)).toList();
    }

    /// Rules that no rule there covers.
    private static List<Tree> missingRules(List<Tree> wanted, List<Tree> there) {
        return wanted.stream()
                .filter(rule -> there.stream().noneMatch(other -> covers(other.object(), rule.object())))
                .toList();
    }

    private static boolean covers(ObjectTree owner, ObjectTree rule) {
        for (String field : List.of("verbs", "apiGroups", "resources", "nonResourceURLs"))
            for (Tree each : rule.list(field))
                if (!owner.list(field).items().contains(each)
                        && !owner.list(field).items().contains(Tree.of("*"))) return false;
        List<Tree> names = owner.list("resourceNames").items();
        return names.isEmpty()
                || !rule.list("resourceNames").isEmpty()
                        && names.containsAll(rule.list("resourceNames").items());
    }
}
