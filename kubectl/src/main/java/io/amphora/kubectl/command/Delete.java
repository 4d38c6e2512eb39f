package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.DeleteOptions;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Raw;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// `delete`: deletes objects and waits until they are gone.
final class Delete implements Command {

    /// @param uid so that an object of the same name made meanwhile does not count
    private record Gone(Found found, String uid) {}

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
                .dryRun()
                .bool("all-namespaces", 'A')
                .bool("interactive", 'i')
                .bool("wait", "now", "force", "ignore-not-found")
                .duration("timeout")
                .whole("grace-period")
                .optional("cascade", "background")
                .text("output", 'o')
                .text("raw");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.has("raw")) {
            if (!flags.arguments().isEmpty())
                throw Failure.error("arguments may not be passed when --raw is specified");
            Raw.request(session, "DELETE");
            return;
        }
        DryRun dryRun = DryRun.of(flags);
        DeleteOptions options = options(flags);
        String output = flags.text("output");
        if (!output.isEmpty() && !output.equals("name"))
            throw Failure.error("unexpected -o output mode: " + output + ". We only support '-o name'");
        if (flags.isSet("force") && grace(flags) == 0)
            session.warn(
                    "Warning: Immediate deletion does not wait for confirmation that the running resource has been terminated."
                            + " The resource may continue to run on the cluster indefinitely.");
        var problems = new Problems();
        List<Target> targets = targets(session, problems);
        if (flags.isSet("interactive") && !targets.isEmpty() && !confirmed(session, targets)) return;
        var gone = new ArrayList<Gone>();
        for (Target target : targets)
            problems.attempt(target.doing(), () -> gone.add(delete(session, target.found(), options)));
        if (targets.isEmpty() && problems.isEmpty() && !flags.isSet("ignore-not-found"))
            session.print("No resources found");
        if (flags.isUnlessDenied("wait") && dryRun == DryRun.NONE) await(session, gone, problems);
        problems.conclude(session);
    }

    /// What is to go.
    ///
    /// @param doing what is said before the reason when it cannot
    private record Target(Found found, String doing) {}

    /// A manifest's object must be there, unless that does not matter.
    private static List<Target> targets(Session session, Problems problems) {
        Flags flags = session.flags();
        var targets = new ArrayList<Target>();
        for (Selection selection :
                Selection.of(session, new Selection.Rules(false, true), flags.arguments(), problems)) {
            boolean lenient = flags.isSet("ignore-not-found") || !selection.isNamed();
            problems.attempt(source(selection), () -> {
                try {
                    selection.read(session).forEach(found -> targets.add(new Target(found, source(selection))));
                } catch (ApiException refused) {
                    boolean unlistable = !selection.isNamed() && refused.code() == 405;
                    if (!(lenient && Selection.isMissing(refused)) && !unlistable) throw refused;
                }
            });
        }
        return targets;
    }

    private static boolean confirmed(Session session, List<Target> targets) {
        session.print("You are about to delete the following " + targets.size() + " resource(s):");
        for (Target target : targets)
            session.print(KindTable.name(target.found().object()));
        session.console().out().print("Do you want to continue? (y/N): ");
        session.console().out().flush();
        if (answer(session).equalsIgnoreCase("y")) return true;
        session.print("deletion is cancelled");
        return false;
    }

    private static String answer(Session session) {
        var answer = new StringBuilder();
        try {
            for (int letter = session.console().in().read();
                    letter >= 0 && letter != '\n';
                    letter = session.console().in().read()) answer.append((char) letter);
        } catch (IOException closed) {
            return "";
        }
        return answer.toString().strip();
    }

    private static String source(Selection selection) {
        return selection.manifest() == null
                ? ""
                : "error when deleting \"" + selection.manifest().source() + "\": ";
    }

    private static Gone delete(Session session, Found target, DeleteOptions options) {
        Flags flags = session.flags();
        DryRun dryRun = DryRun.of(flags);
        ObjectTree metadata = target.object().object("metadata");
        if (dryRun != DryRun.CLIENT) target.resource(session).delete(target.name(), options);
        String kind = KindTable.singularName(target.kind());
        if (flags.text("output").equals("name")) session.print(kind + "/" + target.name());
        else
            session.print(kind + " \"" + target.name() + "\" " + (grace(flags) == 0 ? "force deleted" : "deleted")
                    + (target.kind().namespaced() ? " from " + target.namespace() + " namespace" : "")
                    + dryRun.suffix());
        return new Gone(target, metadata.text("uid"));
    }

    private static int grace(Flags flags) {
        int said = flags.whole("grace-period", -1);
        if (flags.isSet("now")) {
            if (said >= 0) throw Failure.error("--now and --grace-period cannot be specified together");
            return 1;
        }
        if (flags.isSet("force")) {
            if (said > 0) throw Failure.error("--force and --grace-period greater than 0 cannot be specified together");
            return 0;
        }
        return said == 0 ? 1 : said;
    }

    private static DeleteOptions options(Flags flags) {
        int grace = grace(flags);
        DeleteOptions options = switch (flags.text("cascade", "background")) {
            case "background", "true" -> DeleteOptions.background();
            case "foreground" -> DeleteOptions.foreground();
            case "orphan", "false" -> DeleteOptions.orphan();
            default ->
                throw Failure.error("invalid cascade value (" + flags.text("cascade")
                        + "). Must be \"background\", \"foreground\", or \"orphan\"");
        };
        if (DryRun.of(flags) == DryRun.SERVER) options = options.dryRun();
        return grace >= 0 ? options.withGraceSeconds(grace) : options;
    }

    private static void await(Session session, List<Gone> gone, Problems problems) {
        Duration limit = Waiting.limit(Durations.of(session.flags().text("timeout")));
        Instant end = session.clock().now().plus(limit);
        for (Gone each : gone) {
            Found found = each.found();
            boolean went = Waiting.until(
                    session,
                    Duration.between(session.clock().now(), end),
                    () -> found.resource(session)
                            .find(found.name())
                            .filter(left -> each.uid().isEmpty() || left.uid().equals(each.uid()))
                            .isEmpty());
            if (!went)
                problems.add("error: timed out waiting for the condition on "
                        + found.kind().plural() + "/" + found.name());
        }
    }
}
