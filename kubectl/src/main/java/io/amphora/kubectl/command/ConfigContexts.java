package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Comparator;

/// `config get-contexts`: the contexts as a table.
final class ConfigContexts implements Command {
    @Override
    public String name() {
        return "get-contexts";
    }

    @Override
    public String summary() {
        return "Describe one or many contexts";
    }

    @Override
    public String usage() {
        return "kubectl config get-contexts [NAME ...] [-o name]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("output", 'o').bool("no-headers");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        String output = flags.text("output");
        if (!output.isEmpty() && !output.equals("name"))
            throw Failure.error("output must be one of '' or 'name': " + output);
        ObjectTree config = Config.merged(session);
        var problems = new Problems();
        var shown = new ArrayList<ObjectTree>();
        for (String name : flags.arguments())
            Config.find(config.list("contexts"), name)
                    .ifPresentOrElse(shown::add, () -> problems.add("error: context " + name + " not found"));
        if (flags.arguments().isEmpty()) for (Tree each : config.list("contexts")) shown.add(each.object());
        shown.sort(Comparator.comparing(each -> each.text("name")));
        var table = new Table();
        if (!flags.isSet("no-headers") && output.isEmpty())
            table.add("CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE");
        for (ObjectTree each : shown) {
            ObjectTree context = each.object("context");
            if (output.equals("name")) table.add(each.text("name"));
            else
                table.add(
                        each.text("name").equals(config.text("current-context")) ? "*" : "",
                        each.text("name"),
                        context.text("cluster"),
                        context.text("user"),
                        context.text("namespace"));
        }
        table.lines().forEach(session::print);
        problems.conclude(session);
    }
}
