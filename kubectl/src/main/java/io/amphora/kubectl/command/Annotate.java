package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.stream.Collectors;

/// `annotate`: sets and removes annotations.
final class Annotate implements Command {
    @Override
    public String name() {
        return "annotate";
    }

    @Override
    public String summary() {
        return "Update the annotations on a resource";
    }

    @Override
    public String usage() {
        return "kubectl annotate [--overwrite] (-f FILE | TYPE NAME) KEY=VALUE ... KEY- ...";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .output()
                .dryRun()
                .bool("all-namespaces", 'A')
                .bool("overwrite", "list", "local")
                .text("resource-version", "field-manager");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        Metadata change = Metadata.of(flags.arguments(), "annotation");
        DryRun.of(flags);
        if (change.words().isEmpty() && !Manifests.named(flags))
            throw Failure.error("one or more resources must be specified as <resource> <name> or <resource>/<name>");
        if (change.isEmpty() && !flags.isSet("list")) throw Failure.error("at least one annotation update is required");
        List<String> both =
                change.removed().stream().filter(change.set()::containsKey).toList();
        if (!both.isEmpty())
            throw Failure.error("can not both modify and remove the following annotation(s) in the same command: "
                    + String.join(", ", both));
        var results = new Results(session, "annotated");
        change.each(session, found -> annotate(session, found, change, results));
    }

    private static void annotate(Session session, Found found, Metadata change, Results results) {
        Flags flags = session.flags();
        ObjectTree before = found.object().object("metadata").object("annotations");
        if (flags.isSet("list") && change.isEmpty()) {
            for (var pair : before)
                session.print(pair.getKey() + "=" + pair.getValue().text());
            return;
        }
        if (!flags.isSet("overwrite")) {
            String declared = change.set().entrySet().stream()
                    .filter(pair -> before.has(pair.getKey())
                            && !before.text(pair.getKey()).equals(pair.getValue()))
                    .map(pair -> "'" + pair.getKey() + "' already has a value (" + before.text(pair.getKey()) + ")")
                    .collect(Collectors.joining("; "));
            if (!declared.isEmpty())
                throw Failure.error("--overwrite is false but found the following declared annotation(s): " + declared);
        }
        ObjectTree object = found.object().withAt(change.applied(before), "metadata", "annotations");
        if (!flags.isSet("local") && DryRun.of(flags) != DryRun.CLIENT)
            object = found.resource(session)
                    .patch(
                            found.name(),
                            PatchType.MERGE,
                            change.patch("annotations", flags.text("resource-version")),
                            session.writing("kubectl-annotate"),
                            "")
                    .tree();
        if (flags.isSet("list")) {
            for (var pair : object.object("metadata").object("annotations"))
                session.print(pair.getKey() + "=" + pair.getValue().text());
            return;
        }
        results.say(object);
    }
}
