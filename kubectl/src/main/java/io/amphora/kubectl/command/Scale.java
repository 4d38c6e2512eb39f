package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.util.Map;

/// `scale`: how many Pods a workload has.
final class Scale implements Command {
    @Override
    public String name() {
        return "scale";
    }

    @Override
    public String summary() {
        return "Set a new size for a deployment, replica set, or replication controller";
    }

    @Override
    public String usage() {
        return "kubectl scale [--resource-version=VERSION] [--current-replicas=COUNT] --replicas=COUNT (-f FILE | TYPE NAME)";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .output()
                .dryRun()
                .whole("replicas", "current-replicas")
                .text("resource-version")
                .duration("timeout")
                .require("replicas");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.whole("replicas", 0) < 0)
            throw Failure.error("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
        if (flags.whole("current-replicas", 0) < -1)
            throw Failure.error("The --current-replicas must specify an integer of -1 or greater");
        DryRun.of(flags);
        var results = new Results(session, "scaled");
        var rules = new Selection.Rules(flags.isSet("all"), false);
        int count = Selection.each(session, rules, flags.arguments(), found -> scale(session, found, results));
        if (count == 0) throw Failure.error("no objects passed to scale");
    }

    private static void scale(Session session, Found found, Results results) {
        Flags flags = session.flags();
        if (!session.kinds().has(found.kind(), "scale"))
            throw Failure.error("cannot scale a " + found.kind().gvk().kind()
                    + ": could not find scale subresource for "
                    + found.kind().gvk().group() + "/" + found.kind().gvk().version() + ", Resource="
                    + found.kind().plural() + " in discovery information");
        var resource = found.resource(session);
        check(flags, resource.getSubresource(found.name(), "scale", Map.of()));
        ObjectTree patch = ObjectTree.of("spec", ObjectTree.of("replicas", flags.whole("replicas", 0)));
        if (flags.has("resource-version"))
            patch = patch.withAt(Tree.of(flags.text("resource-version")), "metadata", "resourceVersion");
        if (DryRun.of(flags) != DryRun.CLIENT)
            resource.patch(found.name(), PatchType.MERGE, patch, session.writing("kubectl-scale"), "scale");
        results.say(
                flags.text("output").isEmpty() || flags.text("output").equals("name")
                        ? found.object()
                        : resource.get(found.name()).tree());
        Duration limit = Durations.of(flags.text("timeout"));
        if (!limit.isZero() && DryRun.of(flags) == DryRun.NONE) await(session, found, limit);
    }

    private static void check(Flags flags, ObjectTree scale) {
        long current = scale.object("spec").whole("replicas");
        int expected = flags.whole("current-replicas", -1);
        if (expected >= 0 && current != expected)
            throw Failure.error("Expected replicas to be " + expected + ", was " + current);
        String version = scale.object("metadata").text("resourceVersion");
        String wanted = flags.text("resource-version");
        if (!wanted.isEmpty() && !version.equals(wanted))
            throw Failure.error("Expected resource version to be " + wanted + ", was " + version);
    }

    private static void await(Session session, Found found, Duration limit) {
        boolean came = Waiting.until(session, limit, () -> {
            ObjectTree scale = found.resource(session).getSubresource(found.name(), "scale", Map.of());
            return scale.object("status").whole("replicas")
                    == scale.object("spec").whole("replicas");
        });
        if (!came) throw Failure.error("timed out waiting for the condition");
    }
}
