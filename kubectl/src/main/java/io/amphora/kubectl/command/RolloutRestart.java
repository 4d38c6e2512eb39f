package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.temporal.ChronoUnit;

/// `rollout restart`: new Pods from the same template, by an annotation that says when.
final class RolloutRestart implements Command {
    private static final String[] AT = {
        "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"
    };

    @Override
    public String name() {
        return "restart";
    }

    @Override
    public String summary() {
        return "Restart a resource";
    }

    @Override
    public String usage() {
        return "kubectl rollout restart (TYPE [NAME] | TYPE/NAME)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).output().dryRun().text("field-manager");
    }

    @Override
    public void run(Session session) {
        var results = new Results(session, "restarted");
        Rollout.each(session, found -> restart(session, found, results));
    }

    private static void restart(Session session, Found found, Results results) {
        Rollout.require(found, "restarting", "deployments", "daemonsets", "statefulsets");
        if (found.object().object("spec").bool("paused"))
            throw Failure.error(Rollout.named(found) + " can't restart paused deployment (run rollout resume first)");
        Tree now = Tree.of(session.clock().now().truncatedTo(ChronoUnit.SECONDS).toString());
        if (found.object().at(AT).equals(now))
            throw Failure.error("failed to create patch for " + found.name()
                    + ": if restart has already been triggered within the past second, please wait before attempting to"
                    + " trigger another");
        results.say(Rollout.write(session, found, PatchType.STRATEGIC, ObjectTree.EMPTY.withAt(now, AT)));
    }
}
