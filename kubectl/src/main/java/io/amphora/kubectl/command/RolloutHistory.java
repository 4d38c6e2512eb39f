package io.amphora.kubectl.command;

import io.amphora.client.AnyObject;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.describe.Page;
import io.amphora.kubectl.describe.PodTemplates;
import io.amphora.kubectl.output.Printer;
import io.amphora.kubectl.output.TabWriter;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// `rollout history`: the templates that a workload had.
final class RolloutHistory implements Command {
    static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String CAUSE = "kubernetes.io/change-cause";

    /// @param holder the ReplicaSet or ControllerRevision that keeps it
    /// @param template what the Pods of this revision are made from
    record Revision(ObjectTree holder, ObjectTree template) {
        String cause() {
            return holder.object("metadata").object("annotations").text(CAUSE);
        }
    }

    @Override
    public String name() {
        return "history";
    }

    @Override
    public String summary() {
        return "View rollout history";
    }

    @Override
    public String usage() {
        return "kubectl rollout history (TYPE NAME | TYPE/NAME) [--revision=N]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).output().whole("revision");
    }

    @Override
    public void run(Session session) {
        if (session.flags().whole("revision", 0) < 0)
            throw Failure.error(
                    "revision must be a positive integer: " + session.flags().text("revision"));
        Rollout.each(session, found -> history(session, found));
    }

    private static void history(Session session, Found found) {
        TreeMap<Long, Revision> revisions = revisions(session, found);
        long wanted = session.flags().whole("revision", 0);
        if (!session.flags().text("output").isEmpty()) {
            Printer printer = Printer.of(session, Printer.OBJECTS);
            if (wanted > 0 && !revisions.containsKey(wanted))
                throw Failure.error("unable to find the specified revision");
            revisions.forEach((number, revision) -> {
                if (wanted == 0 || number == wanted) printer.print(revision.holder());
            });
            return;
        }
        String title = KindTable.name(found.object());
        if (wanted > 0) {
            Revision revision = revisions.get(wanted);
            if (revision == null) throw Failure.error("unable to find the specified revision");
            session.print(title + " with revision #" + wanted);
            described(revision).forEach(session::print);
            session.print("");
            return;
        }
        session.print(title + " ");
        if (revisions.isEmpty()) {
            session.print("No rollout history found.");
            return;
        }
        var rows = new ArrayList<String>(List.of("REVISION\tCHANGE-CAUSE"));
        revisions.forEach((number, revision) ->
                rows.add(number + "\t" + (revision.cause().isEmpty() ? "<none>" : revision.cause())));
        new TabWriter(0, 2).align(rows).forEach(session::print);
        session.print("");
    }

    /// The template with the cause of the change, one line each; its columns are not aligned.
    static List<String> described(Revision revision) {
        var page = new Page();
        ObjectTree template = revision.template();
        String cause = revision.cause();
        PodTemplates.describe(
                page,
                cause.isEmpty()
                        ? template
                        : template.withAt(
                                template.object("metadata")
                                        .object("annotations")
                                        .with(CAUSE, cause),
                                "metadata",
                                "annotations"));
        return page.unaligned();
    }

    /// Revisions by number: a Deployment's are its ReplicaSets, others' their ControllerRevisions.
    static TreeMap<Long, Revision> revisions(Session session, Found found) {
        Kind kind = found.kind();
        boolean deployment = kind.plural().equals("deployments");
        if (!deployment && !kind.plural().equals("daemonsets") && !kind.plural().equals("statefulsets"))
            throw Failure.error("error retrieving history for \"" + kind.gvk().kind()
                    + "\", no visitor method exists for {" + kind.gvk().group() + " "
                    + kind.gvk().kind() + "}");
        Kind holders = session.kinds().named(deployment ? "replicasets.apps" : "controllerrevisions.apps");
        String selector =
                LabelSelector.of(found.object().object("spec").get("selector")).toString();
        String uid = found.object().object("metadata").text("uid");
        var revisions = new TreeMap<Long, Revision>();
        for (AnyObject holder : session.resource(holders, found.namespace())
                .list(ListOptions.ALL.withLabels(selector))
                .items()) {
            if (holder.metadata().ownerReferences().stream()
                    .noneMatch(owner -> owner.uid().equals(uid))) continue;
            String annotated = holder.metadata().annotations().getOrDefault(REVISION, "0");
            long number = deployment ? Long.parseLong(annotated) : holder.tree().whole("revision");
            ObjectTree template = deployment
                    ? holder.tree().object("spec").object("template")
                    : holder.tree().object("data").object("spec").object("template");
            if (number > 0) revisions.put(number, new Revision(holder.tree(), template.without("$patch")));
        }
        return revisions;
    }
}
