package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `apply edit-last-applied`: changes with an editor what the next apply compares with.
final class ApplyEditLastApplied implements Command {
    @Override
    public String name() {
        return "edit-last-applied";
    }

    @Override
    public String summary() {
        return "Edit latest last-applied-configuration annotations of a resource/object";
    }

    @Override
    public String usage() {
        return "kubectl apply edit-last-applied (TYPE/NAME | TYPE NAME | -f FILE)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .bool("windows-line-endings")
                .text("field-manager")
                .optional("validate", "strict");
    }

    @Override
    public void run(Session session) {
        var objects = new ArrayList<Found>();
        for (Selection selection : Selection.of(session, Selection.Rules.BARE)) objects.addAll(selection.read(session));
        for (Found found : objects)
            if (LastApplied.text(found.object()).isEmpty())
                throw Failure.error("no last-applied-configuration annotation found on resource: " + found.name());
        List<ObjectTree> applied =
                objects.stream().map(found -> LastApplied.of(found.object())).toList();
        Editing.run(session, applied, edited -> {
            for (int i = 0; i < objects.size(); i++) {
                Found found = objects.get(i);
                ObjectTree patch = ObjectTree.EMPTY.withAt(
                        Tree.of(GoJson.write(edited.get(i)) + "\n"), "metadata", "annotations", LastApplied.ANNOTATION);
                ObjectTree written = found.resource(session)
                        .patch(found.name(), PatchType.MERGE, patch, session.writing("kubectl-edit"), "")
                        .tree();
                session.print(KindTable.name(written) + " edited");
            }
        });
    }
}
