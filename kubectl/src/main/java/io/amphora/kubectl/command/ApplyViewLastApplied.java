package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;

/// `apply view-last-applied`: what the last apply applied.
final class ApplyViewLastApplied implements Command {
    @Override
    public String name() {
        return "view-last-applied";
    }

    @Override
    public String summary() {
        return "View the latest last-applied-configuration annotations of a resource/object";
    }

    @Override
    public String usage() {
        return "kubectl apply view-last-applied (TYPE [NAME | -l label] | TYPE/NAME | -f FILE) [-o yaml|json]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).text("output", 'o');
    }

    @Override
    public void run(Session session) {
        String output = session.flags().text("output", "yaml");
        if (!output.equals("yaml") && !output.equals("json"))
            throw Failure.usage(
                    session.command(),
                    "Unexpected -o output mode: " + output + ", the flag 'output' must be one of yaml|json");
        var problems = new Problems();
        for (Selection selection : Selection.of(
                session, new Selection.Rules(true, true), session.flags().arguments(), problems))
            problems.attempt(() -> selection.read(session).forEach(found -> show(session, found, output)));
        problems.conclude(session);
    }

    private static void show(Session session, Selection.Found found, String output) {
        ObjectTree applied = LastApplied.of(found.object());
        if (applied.isEmpty())
            throw Failure.error("no last-applied-configuration annotation found on resource: " + found.name());
        if (output.equals("json")) session.print(GoJson.pretty(applied, "  "));
        else session.console().out().print(Yaml.write(applied));
    }
}
