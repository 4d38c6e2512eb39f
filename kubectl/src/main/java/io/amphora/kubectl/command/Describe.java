package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.describe.Describers;
import java.util.ArrayList;
import java.util.List;

/// `describe`: an object in words, with the events about it.
final class Describe implements Command {
    @Override
    public String name() {
        return "describe";
    }

    @Override
    public String summary() {
        return "Show details of a specific resource or group of resources";
    }

    @Override
    public String usage() {
        return "kubectl describe (-f FILE | TYPE [NAME_PREFIX | -l label] | TYPE/NAME)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .bool("all-namespaces", 'A')
                .bool("show-events")
                .whole("chunk-size");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.arguments().isEmpty() && !Manifests.named(flags))
            throw Failure.error(
                    "You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list"
                            + " of supported resources.");
        var problems = new Problems();
        List<Selection> selections = Selection.of(session, Selection.Rules.BARE, flags.arguments(), problems);
        var objects = new ArrayList<Found>();
        for (Selection selection : selections) problems.attempt(() -> objects.addAll(read(session, selection)));
        boolean first = true;
        for (Found found : objects) {
            if (!first) session.print("\n");
            first = false;
            Describers.describe(session, found).forEach(session::print);
        }
        problems.conclude(session);
        if (objects.isEmpty()) session.warn(Get.nothing(session, selections));
    }

    /// A name that is none may be the beginning of one.
    private static List<Found> read(Session session, Selection selection) {
        try {
            return selection.read(session);
        } catch (ApiException refused) {
            if (!Selection.isMissing(refused) || selection.manifest() != null) throw refused;
            List<Found> beginning = new Selection(selection.kind(), selection.namespace(), "", null)
                    .read(session).stream()
                            .filter(found -> found.name().startsWith(selection.name()))
                            .toList();
            if (beginning.isEmpty()) throw refused;
            return beginning;
        }
    }
}
