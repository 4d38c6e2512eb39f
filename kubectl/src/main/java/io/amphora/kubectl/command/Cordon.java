package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `cordon` and `uncordon`: whether new Pods may come to a node.
///
/// @param closes cordon, or uncordon
record Cordon(boolean closes) implements Command {
    @Override
    public String name() {
        return closes ? "cordon" : "uncordon";
    }

    @Override
    public String summary() {
        return "Mark node as " + (closes ? "unschedulable" : "schedulable");
    }

    @Override
    public String usage() {
        return "kubectl " + name() + " NODE";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("selector", 'l').dryRun();
    }

    @Override
    public void run(Session session) {
        DryRun.of(session.flags());
        var problems = new Problems();
        for (Found node : nodes(session)) problems.attempt(() -> set(session, node, closes));
        problems.conclude(session);
    }

    static List<Found> nodes(Session session) {
        Flags flags = session.flags();
        List<String> names = flags.arguments();
        boolean selected = !flags.text("selector").isEmpty();
        String command = session.command();
        if (names.isEmpty() && !selected) throw Failure.usage(command, "USAGE: " + command + " NODE [flags]");
        if (!names.isEmpty() && selected)
            throw Failure.usage(command, "cannot specify both a node name and a --selector option");
        var words = new ArrayList<String>();
        words.add("nodes");
        for (String name : names) words.add(name.replaceFirst("^nodes?/", ""));
        var nodes = new ArrayList<Found>();
        var problems = new Problems();
        for (Selection selection : Selection.of(session, Selection.Rules.BARE, words, problems))
            problems.attempt(() -> nodes.addAll(selection.read(session)));
        problems.conclude(session);
        return nodes;
    }

    static void set(Session session, Found node, boolean closes) {
        String what = closes ? "cordoned" : "uncordoned";
        String suffix = DryRun.of(session.flags()).suffix();
        if (node.object().object("spec").bool("unschedulable") == closes) {
            session.print("node/" + node.name() + " already " + what + suffix);
            return;
        }
        ObjectTree patch = ObjectTree.of("spec", ObjectTree.of("unschedulable", closes ? Tree.of(true) : Tree.NULL));
        if (DryRun.of(session.flags()) != DryRun.CLIENT)
            node.resource(session)
                    .patch(
                            node.name(),
                            PatchType.STRATEGIC,
                            patch,
                            session.writing("kubectl-" + session.command()),
                            "");
        session.print("node/" + node.name() + " " + what + suffix);
    }
}
