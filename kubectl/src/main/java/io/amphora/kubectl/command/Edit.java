package io.amphora.kubectl.command;

import io.amphora.api.schema.Schemas;
import io.amphora.client.PatchType;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// `edit`: changes objects with an editor.
final class Edit implements Command {
    @Override
    public String name() {
        return "edit";
    }

    @Override
    public String summary() {
        return "Edit a resource on the server";
    }

    @Override
    public String usage() {
        return "kubectl edit (TYPE/NAME | TYPE NAME | -f FILE) [-o yaml|json]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .bool("save-config", "output-patch", "windows-line-endings")
                .optional("validate", "strict")
                .text("subresource", "field-manager");
    }

    @Override
    public void run(Session session) {
        var objects = new ArrayList<Found>();
        var problems = new Problems();
        for (Selection selection :
                Selection.of(session, Selection.Rules.BARE, session.flags().arguments(), problems))
            problems.attempt(() -> objects.addAll(selection.read(session)));
        problems.conclude(session);
        if (objects.isEmpty()) throw Failure.error("edit cancelled, no objects found");
        List<ObjectTree> shown =
                objects.stream().map(found -> shown(session, found.object())).toList();
        Editing.run(session, shown, edited -> write(session, objects, edited));
    }

    private static ObjectTree shown(Session session, ObjectTree object) {
        return session.flags().isSet("show-managed-fields") ? object : object.withoutAt("metadata", "managedFields");
    }

    private static void write(Session session, List<Found> objects, List<ObjectTree> edited) {
        for (int i = 0; i < Math.min(objects.size(), edited.size()); i++) {
            Found found = objects.get(i);
            ObjectTree before = shown(session, found.object());
            if (edited.get(i).equals(before)) continue;
            Schema schema = Schemas.find(found.kind().gvk());
            ObjectTree after = session.flags().isSet("save-config")
                            || !LastApplied.text(before).isEmpty()
                                    && session.flags().isSet("save-config")
                    ? LastApplied.annotated(edited.get(i))
                    : edited.get(i);
            ObjectTree patch = schema == null
                    ? MergePatch.createTwoWay(before, after)
                    : StrategicMergePatch.createTwoWay(before, after, schema);
            ObjectTree written = found.resource(session)
                    .patch(
                            found.name(),
                            schema == null ? PatchType.MERGE : PatchType.STRATEGIC,
                            patch,
                            Validation.on(session.writing("kubectl-edit"), session.flags()),
                            session.flags().text("subresource"))
                    .tree();
            if (session.flags().isSet("output-patch")) session.print("Patch: " + GoJson.write(patch));
            session.print(KindTable.name(written) + " edited");
        }
    }
}
