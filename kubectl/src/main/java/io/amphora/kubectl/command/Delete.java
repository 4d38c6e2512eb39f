package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Kubectl;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `delete`: deletes objects and waits until they are gone.
final class Delete implements Command {

    /// @param uid so that an object of the same name made meanwhile does not count
    private record Gone(Kind kind, String namespace, String name, String uid) {}

    @Override
    public String name() {
        return "delete";
    }

    @Override
    public String summary() {
        return "Delete resources by file names, stdin, resources and names, or by resources and label selector";
    }

    @Override
    public String usage() {
        return "kubectl delete (-f FILE | TYPE [NAME ... | -l label | --all]) [--wait=false] [--grace-period=N] [--cascade=background|foreground|orphan]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .optional("wait", "true")
                .text("timeout")
                .text("grace-period")
                .bool("now")
                .bool("force")
                .bool("ignore-not-found")
                .optional("cascade", "background")
                .optional("dry-run", "unchanged")
                .text("output", 'o');
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        List<Selection> selections = Selection.of(session, "delete");
        boolean unnamed = selections.stream().anyMatch(selection -> !selection.isNamed());
        if (unnamed
                && !flags.isSet("all")
                && flags.text("selector").isEmpty()
                && flags.text("field-selector").isEmpty())
            throw Failure.error("resource(s) were provided, but no name was specified");
        if (flags.isSet("force"))
            session.warn(
                    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated."
                            + " The resource may continue to run on the cluster indefinitely.");
        var gone = new ArrayList<Gone>();
        var problems = new ArrayList<String>();
        for (Selection selection : selections) {
            try {
                for (ObjectTree object : targets(session, selection)) delete(session, selection.kind(), object, gone);
            } catch (ApiException refused) {
                boolean fine = refused.code() == 404 && (flags.isSet("ignore-not-found") || !selection.isNamed());
                if (!fine) problems.add(Kubectl.describe(refused, source(flags)));
            }
        }
        if (gone.isEmpty() && problems.isEmpty() && !flags.isSet("ignore-not-found") && unnamed)
            session.print("No resources found");
        if (flags.isUnlessDenied("wait") && DryRun.of(flags) == DryRun.NONE) await(session, gone, problems);
        problems.forEach(session::warn);
        if (!problems.isEmpty()) throw Failure.silent(1);
    }

    private static List<ObjectTree> targets(Session session, Selection selection) {
        if (!selection.isNamed()) return selection.read(session);
        ObjectTree metadata = ObjectTree.of("name", selection.name());
        return List.of(ObjectTree.of(
                "metadata",
                selection.namespace().isEmpty() ? metadata : metadata.with("namespace", selection.namespace())));
    }

    private static String source(Flags flags) {
        return flags.has("filename") ? "error when deleting \"" + flags.text("filename") + "\": " : "";
    }

    private static void delete(Session session, Kind kind, ObjectTree object, List<Gone> gone) {
        Flags flags = session.flags();
        DryRun dryRun = DryRun.of(flags);
        ObjectTree metadata = object.object("metadata");
        String name = metadata.text("name");
        String namespace = kind.namespaced() ? metadata.text("namespace") : "";
        var resource = session.resource(kind, namespace);
        String uid = metadata.text("uid");
        if (dryRun == DryRun.CLIENT) {
            if (uid.isEmpty()) resource.get(name);
        } else {
            ObjectTree answer = resource.delete(name, options(flags));
            if (uid.isEmpty()) {
                String fromStatus = answer.object("details").text("uid");
                uid = fromStatus.isEmpty() ? answer.object("metadata").text("uid") : fromStatus;
            }
        }
        gone.add(new Gone(kind, namespace, name, uid));
        String singular = KindTable.singularName(kind);
        if (flags.text("output").equals("name")) session.print(singular + "/" + name);
        else
            session.print(singular + " \"" + name + "\" " + (flags.isSet("force") ? "force deleted" : "deleted")
                    + (kind.namespaced() ? " from " + namespace + " namespace" : "") + dryRun.suffix());
    }

    private static DeleteOptions options(Flags flags) {
        DeleteOptions options = switch (flags.text("cascade", "background")) {
            case "background", "true" -> DeleteOptions.background();
            case "foreground" -> DeleteOptions.foreground();
            case "orphan", "false" -> DeleteOptions.orphan();
            default ->
                throw Failure.error("invalid cascade value (" + flags.text("cascade")
                        + "). Must be \"background\", \"foreground\", or \"orphan\"");
        };
        if (DryRun.of(flags) == DryRun.SERVER) options = options.dryRun();
        int grace = flags.isSet("now") ? 1 : flags.whole("grace-period", -1);
        if (flags.isSet("force") && grace < 0) grace = 0;
        return grace >= 0 ? options.withGraceSeconds(grace) : options;
    }

    private static void await(Session session, List<Gone> gone, List<String> problems) {
        Duration limit = Session.duration(session.flags().text("timeout"));
        for (Gone each : gone) {
            boolean went = Waiting.until(
                    session,
                    limit.isZero() ? Duration.ofDays(7) : limit,
                    () -> session.resource(each.kind(), each.namespace())
                            .find(each.name())
                            .filter(left -> each.uid().isEmpty() || left.uid().equals(each.uid()))
                            .isEmpty());
            if (!went)
                problems.add("error: timed out waiting for the condition on " + KindTable.pluralName(each.kind()) + "/"
                        + each.name());
        }
    }
}
