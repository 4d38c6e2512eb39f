package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.PatchType;
import io.amphora.client.WriteOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Kubectl;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;

/// `scale`: sets how many copies there are to be, through the scale subresource.
final class Scale implements Command {
    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String summary() {
        return "Set a new size for a deployment, replica set, or replication controller";
    }

    @Override
    public String usage() {
        return "kubectl scale --replicas=COUNT [--current-replicas=COUNT] (-f FILE | TYPE NAME ... | TYPE/NAME ...)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .text("replicas")
                .text("current-replicas")
                .text("resource-version")
                .text("timeout")
                .optional("dry-run", "unchanged")
                .text("output", 'o');
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (!flags.has("replicas")) throw Failure.error("required flag(s) \"replicas\" not set");
        int replicas = flags.whole("replicas", -1);
        if (replicas < 0)
            throw Failure.error("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
        var problems = new ArrayList<String>();
        for (Selection selection : Selection.of(session, "scale")) {
            try {
                for (ObjectTree object : selection.read(session))
                    scale(session, selection, object.object("metadata").text("name"), replicas);
            } catch (ApiException refused) {
                problems.add(Kubectl.describe(refused));
            } catch (Failure failure) {
                problems.add(failure.shown());
            }
        }
        problems.forEach(session::warn);
        if (!problems.isEmpty()) throw Failure.silent(1);
    }

    private static void scale(Session session, Selection selection, String name, int replicas) {
        Flags flags = session.flags();
        DryRun dryRun = DryRun.of(flags);
        var resource = session.resource(selection.kind(), selection.namespace());
        if (flags.has("current-replicas")) {
            long current = resource.getSubresource(name, "scale", java.util.Map.of())
                    .object("spec")
                    .whole("replicas");
            int expected = flags.whole("current-replicas", -1);
            if (expected >= 0 && current != expected)
                throw Failure.error("Expected replicas to be " + expected + ", was " + current);
        }
        ObjectTree patch = ObjectTree.of("spec", ObjectTree.of("replicas", replicas));
        if (flags.has("resource-version"))
            patch = patch.withAt(
                    io.amphora.machinery.tree.Tree.of(flags.text("resource-version")), "metadata", "resourceVersion");
        if (dryRun != DryRun.CLIENT)
            resource.patch(
                    name,
                    PatchType.MERGE,
                    patch,
                    dryRun.on(WriteOptions.PLAIN.withFieldManager("kubectl-scale")),
                    "scale");
        String singular = KindTable.singularName(selection.kind()) + "/" + name;
        session.print(flags.text("output").equals("name") ? singular : singular + " scaled" + dryRun.suffix());
    }
}
