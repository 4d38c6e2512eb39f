package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;

/// `apply set-last-applied`: says that a file is what was last applied, without applying it.
final class ApplySetLastApplied implements Command {
    @Override
    public String name() {
        return "set-last-applied";
    }

    @Override
    public String summary() {
        return "Set the last-applied-configuration annotation on a live object to match the contents of a file";
    }

    @Override
    public String usage() {
        return "kubectl apply set-last-applied -f FILE [--create-annotation]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files().output().dryRun().bool("create-annotation");
    }

    @Override
    public void run(Session session) {
        Manifests.require(session.flags());
        var problems = new Problems();
        var results = new Results(session, "configured");
        for (Selection selection : Selection.of(session, Selection.Rules.BARE, java.util.List.of(), problems))
            problems.attempt(() -> set(session, selection, results));
        problems.conclude(session);
    }

    private static void set(Session session, Selection selection, Results results) {
        var resource = selection.resource(session);
        ObjectTree live = resource.get(selection.name()).tree();
        String before = LastApplied.text(live);
        if (before.isEmpty() && !session.flags().isSet("create-annotation"))
            throw Failure.error("no last-applied-configuration annotation found on resource: " + selection.name()
                    + ", to create the annotation, run the command with --create-annotation");
        String text = GoJson.write(selection.wanted()) + "\n";
        if (text.equals(before)) {
            results.say(live);
            return;
        }
        ObjectTree patch = ObjectTree.EMPTY.withAt(Tree.of(text), "metadata", "annotations", LastApplied.ANNOTATION);
        if (DryRun.of(session.flags()) == DryRun.CLIENT) results.say(live);
        else
            results.say(resource.patch(
                            selection.name(), PatchType.MERGE, patch, session.writing("kubectl-set-last-applied"), "")
                    .tree());
    }
}
