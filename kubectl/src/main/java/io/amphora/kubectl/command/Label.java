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
import java.util.regex.Pattern;

/// `label`: sets and removes labels.
final class Label implements Command {
    private static final Pattern VALUE = Pattern.compile("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?");

    @Override
    public String name() {
        return "label";
    }

    @Override
    public String summary() {
        return "Update the labels on a resource";
    }

    @Override
    public String usage() {
        return "kubectl label [--overwrite] (-f FILE | TYPE NAME) KEY=VALUE ... KEY- ...";
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
        Metadata change = Metadata.of(flags.arguments(), "label");
        DryRun.of(flags);
        check(change);
        if (change.words().isEmpty() && !Manifests.named(flags))
            throw Failure.error("one or more resources must be specified as <resource> <name> or <resource>/<name>");
        if (change.isEmpty() && !flags.isSet("list")) throw Failure.error("at least one label update is required");
        var results = new Results(session, "labeled");
        change.each(session, found -> label(session, found, change, results));
    }

    private static void check(Metadata change) {
        if (change.setsWhatItRemoves())
            throw Failure.error("can not both modify and remove a label in the same command");
        change.set().forEach((name, value) -> {
            if (value.contains("=")) throw Failure.error("invalid label spec: " + name + "=" + value);
            if (value.length() > 63)
                throw Failure.error(
                        "invalid label value: \"" + name + "=" + value + "\": must be no more than 63 characters");
            if (!VALUE.matcher(value).matches())
                throw Failure.error("invalid label value: \"" + name + "=" + value
                        + "\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.',"
                        + " and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or"
                        + " '12345', regex used for validation is '" + VALUE.pattern() + "')");
        });
    }

    private static void label(Session session, Found found, Metadata change, Results results) {
        Flags flags = session.flags();
        ObjectTree before = found.object().object("metadata").object("labels");
        if (flags.isSet("list") && change.isEmpty()) {
            for (var pair : before)
                session.print(pair.getKey() + "=" + pair.getValue().text());
            return;
        }
        if (!flags.isSet("overwrite"))
            change.set().forEach((name, value) -> {
                if (before.has(name) && !before.text(name).equals(value))
                    throw Failure.error(
                            "'" + name + "' already has a value (" + before.text(name) + "), and --overwrite is false");
            });
        ObjectTree after = change.applied(before);
        boolean removes = change.removed().stream().anyMatch(before::has);
        String operation = after.equals(before) ? "not labeled" : removes ? "unlabeled" : "labeled";
        ObjectTree object = found.object().withAt(after, "metadata", "labels");
        boolean asked = !flags.isSet("local") && !flags.isSet("list") && DryRun.of(flags) != DryRun.CLIENT;
        if (asked)
            for (String name : change.removed())
                if (!before.has(name)) session.print("label \"" + name + "\" not found.");
        boolean writes = !flags.isSet("local") && DryRun.of(flags) != DryRun.CLIENT && !after.equals(before);
        if (writes)
            object = found.resource(session)
                    .patch(
                            found.name(),
                            PatchType.MERGE,
                            change.patch("labels", flags.text("resource-version")),
                            session.writing("kubectl-label"),
                            "")
                    .tree();
        if (flags.isSet("list")) {
            for (var pair : object.object("metadata").object("labels"))
                session.print(pair.getKey() + "=" + pair.getValue().text());
            return;
        }
        results.say(object, operation);
    }
}
