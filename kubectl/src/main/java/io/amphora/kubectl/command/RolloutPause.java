package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;

/// `rollout pause` and `rollout resume`: whether a Deployment follows its template.
///
/// @param pauses pause, or resume
record RolloutPause(boolean pauses) implements Command {
    @Override
    public String name() {
        return pauses ? "pause" : "resume";
    }

    @Override
    public String summary() {
        return pauses ? "Mark the provided resource as paused" : "Resume a paused resource";
    }

    @Override
    public String usage() {
        return "kubectl rollout " + name() + " (TYPE NAME | TYPE/NAME)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).output().dryRun().text("field-manager");
    }

    @Override
    public void run(Session session) {
        var results = new Results(session, pauses ? "paused" : "resumed");
        Rollout.each(session, found -> pause(session, found, results));
    }

    private void pause(Session session, Found found, Results results) {
        Rollout.require(found, pauses ? "pausing" : "resuming", "deployments");
        if (found.object().object("spec").bool("paused") == pauses)
            throw Failure.error(Rollout.named(found) + (pauses ? " is already paused" : " is not paused"));
        ObjectTree patch = ObjectTree.of("spec", ObjectTree.of("paused", pauses));
        results.say(Rollout.write(session, found, PatchType.MERGE, patch));
    }
}
