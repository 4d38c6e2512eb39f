package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.AnyObject;
import io.amphora.client.DeleteOptions;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Raw;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// `replace`: puts the objects of files in the place of those that are there.
final class Replace implements Command {
    @Override
    public String name() {
        return "replace";
    }

    @Override
    public String summary() {
        return "Replace a resource by file name or stdin";
    }

    @Override
    public String usage() {
        return "kubectl replace -f FILE|FOLDER|- [--force] [--dry-run=client|server]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .dryRun()
                .bool("save-config", "force", "wait")
                .text("field-manager", "subresource", "raw")
                .whole("grace-period")
                .duration("timeout")
                .optional("cascade", "background")
                .optional("validate", "strict");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.has("raw")) {
            if (flags.list("filename").size() != 1)
                throw Failure.error("--raw can only use a single local file or stdin");
            Raw.request(session, "PUT");
            return;
        }
        if (!flags.arguments().isEmpty())
            throw Failure.usage(
                    "replace",
                    "Unexpected args: " + flags.arguments().toString().replace(", ", " "));
        if (flags.whole("grace-period", -1) >= 0 && !flags.isSet("force"))
            throw Failure.error("--grace-period must have --force specified");
        if (flags.has("timeout") && !flags.isSet("force")) throw Failure.error("--timeout must have --force specified");
        Manifests.require(flags);
        Validation.check(flags);
        DryRun.of(flags);
        var problems = new Problems();
        var results = new Results(session, "replaced");
        List<Selection> selections = Selection.of(session, Selection.Rules.BARE, List.of(), problems);
        boolean forced = flags.isSet("force") && DryRun.of(flags) == DryRun.NONE;
        if (forced) for (Selection each : selections) problems.attempt(() -> remove(session, each));
        for (Selection each : selections)
            problems.attempt(
                    "error when replacing \"" + source(each) + "\": ",
                    () -> results.say(forced ? recreated(session, each) : replaced(session, each)));
        problems.conclude(session);
    }

    static String source(Selection selection) {
        return selection.manifest() == null ? "" : selection.manifest().source();
    }

    private static ObjectTree wanted(Session session, Selection selection) {
        ObjectTree object = selection.wanted();
        return session.flags().isSet("save-config") ? LastApplied.annotated(object) : object;
    }

    private static ObjectTree replaced(Session session, Selection selection) {
        var resource = selection.resource(session);
        ObjectTree object = wanted(session, selection);
        if (DryRun.of(session.flags()) == DryRun.CLIENT) return object;
        if (object.object("metadata").text("resourceVersion").isEmpty()) {
            ObjectTree live = resource.get(selection.name()).tree();
            object = object.withAt(
                    Tree.of(live.object("metadata").text("resourceVersion")), "metadata", "resourceVersion");
            if (!LastApplied.text(live).isEmpty()
                    && LastApplied.text(object).isEmpty()
                    && !session.flags().isSet("save-config"))
                object = LastApplied.annotated(selection.wanted())
                        .withAt(
                                Tree.of(live.object("metadata").text("resourceVersion")),
                                "metadata",
                                "resourceVersion");
        }
        return resource.update(
                        new AnyObject(object),
                        session.flags().text("subresource"),
                        Validation.on(session.writing("kubectl-replace"), session.flags()))
                .tree();
    }

    private static void remove(Session session, Selection selection) {
        var resource = selection.resource(session);
        try {
            int grace = session.flags().whole("grace-period", -1);
            DeleteOptions options = DeleteOptions.background();
            resource.delete(selection.name(), grace >= 0 ? options.withGraceSeconds(grace) : options);
        } catch (ApiException refused) {
            if (Selection.isMissing(refused)) return;
            throw refused;
        }
        session.print(KindTable.singularName(selection.kind()) + " \"" + selection.name() + "\" deleted"
                + (selection.kind().namespaced() ? " from " + selection.namespace() + " namespace" : ""));
        boolean went = Waiting.until(
                session,
                Waiting.limit(Durations.of(session.flags().text("timeout"))),
                () -> resource.find(selection.name()).isEmpty());
        if (!went) throw Failure.error("timed out waiting for the condition");
    }

    private static ObjectTree recreated(Session session, Selection selection) {
        return selection
                .resource(session)
                .create(
                        new AnyObject(wanted(session, selection)),
                        Validation.on(session.writing("kubectl-replace"), session.flags()))
                .tree();
    }
}
