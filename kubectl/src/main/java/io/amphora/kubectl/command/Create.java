package io.amphora.kubectl.command;

import io.amphora.client.AnyObject;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Raw;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.command.create.Creators;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create -f`: makes the objects of files, which must not exist yet. The commands below it write manifests of their
/// own.
final class Create implements Command {
    @Override
    public String name() {
        return "create";
    }

    @Override
    public String summary() {
        return "Create a resource from a file or from stdin";
    }

    @Override
    public String usage() {
        return "kubectl create -f FILE|FOLDER|- [--dry-run=client|server] [-o yaml|json|name]\n  kubectl create KIND NAME ...";
    }

    @Override
    public List<Command> commands() {
        return Creators.ALL;
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .dryRun()
                .text("selector", 'l')
                .bool("save-config", "edit", "windows-line-endings")
                .text("field-manager", "raw")
                .optional("validate", "strict");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.has("raw")) {
            if (flags.list("filename").size() != 1)
                throw Failure.error("--raw can only use a single local file or stdin");
            Raw.request(session, "POST");
            return;
        }
        boolean bare = flags.arguments().isEmpty() && !Manifests.named(flags);
        if (bare) throw Failure.error("must specify one of -f and -k");
        if (!flags.arguments().isEmpty())
            throw Failure.usage(
                    "create", "Unexpected args: " + flags.arguments().toString().replace(", ", " "));
        Manifests.require(flags);
        DryRun.of(flags);
        Validation.check(flags);
        var problems = new Problems();
        var results = new Results(session, "created");
        List<Selection> selections = Selection.of(session, Selection.Rules.BARE, List.of(), problems);
        if (selections.isEmpty() && problems.isEmpty()) throw Failure.error("no objects passed to create");
        for (Selection selection : selections)
            problems.attempt(
                    "error when creating \"" + Replace.source(selection) + "\": ",
                    () -> results.say(create(session, selection)));
        problems.conclude(session);
    }

    private static ObjectTree create(Session session, Selection selection) {
        Flags flags = session.flags();
        ObjectTree object = flags.isSet("save-config") ? LastApplied.annotated(selection.wanted()) : selection.wanted();
        if (DryRun.of(flags) == DryRun.CLIENT) return object;
        return selection
                .resource(session)
                .create(new AnyObject(object), Validation.on(session.writing("kubectl-create"), flags))
                .tree();
    }
}
