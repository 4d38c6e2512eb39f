package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.command.RolloutHistory.Revision;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.Objects;
import java.util.TreeMap;

/// `rollout undo`: back to the template before, or to a given one.
final class RolloutUndo implements Command {
    private static final String HASH = "pod-template-hash";

    @Override
    public String name() {
        return "undo";
    }

    @Override
    public String summary() {
        return "Undo a previous rollout";
    }

    @Override
    public String usage() {
        return "kubectl rollout undo (TYPE NAME | TYPE/NAME) [--to-revision=N]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).output().dryRun().whole("to-revision");
    }

    @Override
    public void run(Session session) {
        var results = new Results(session, "rolled back");
        Rollout.each(session, found -> undo(session, found, results));
    }

    private static void undo(Session session, Found found, Results results) {
        boolean deployment = found.kind().plural().equals("deployments");
        var revisions = RolloutHistory.revisions(session, found);
        long number = target(session, found, revisions, deployment);
        Revision target = Objects.requireNonNull(revisions.get(number));
        if (deployment && found.object().object("spec").bool("paused"))
            throw Failure.error(
                    "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
        if (DryRun.of(session.flags()) == DryRun.CLIENT) {
            results.say(found.object(), String.join("\n", RolloutHistory.described(target)) + "\n");
            return;
        }
        ObjectTree template = withoutHash(target.template());
        if (template.equals(withoutHash(found.object().object("spec").object("template")))) {
            results.say(found.object(), "skipped rollback (current template already matches revision " + number + ")");
            return;
        }
        ListTree patch = ListTree.of(ObjectTree.of("op", "replace", "path", "/spec/template", "value", template));
        results.say(Rollout.write(session, found, PatchType.JSON, patch));
    }

    private static long target(Session session, Found found, TreeMap<Long, Revision> revisions, boolean deployment) {
        long wanted = session.flags().whole("to-revision", 0);
        if (wanted > 0) {
            if (!revisions.containsKey(wanted))
                throw Failure.error("unable to find specified revision " + wanted + " in history");
            return wanted;
        }
        if (revisions.size() < 2)
            throw Failure.error(
                    deployment
                            ? "no rollout history found for deployment \"" + found.name() + "\""
                            : "no last revision to roll back to");
        return revisions.lowerKey(revisions.lastKey());
    }

    private static ObjectTree withoutHash(ObjectTree template) {
        return template.withoutAt("metadata", "labels", HASH);
    }
}
