package io.amphora.kubectl.command;

import io.amphora.client.AnyObject;
import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;

/// `autoscale`: a HorizontalPodAutoscaler for a workload.
final class Autoscale implements Command {
    @Override
    public String name() {
        return "autoscale";
    }

    @Override
    public String summary() {
        return "Auto-scale a deployment, replica set, stateful set, or replication controller";
    }

    @Override
    public String usage() {
        return "kubectl autoscale (-f FILE | TYPE NAME | TYPE/NAME) [--min=MINPODS] --max=MAXPODS [--cpu=CPU] [--memory=MEMORY]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .dryRun()
                .whole("min", "max", "cpu-percent")
                .text("cpu", "memory", "name", "field-manager")
                .bool("save-config")
                .require("max");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        DryRun.of(flags);
        int most = flags.whole("max", -1);
        int least = flags.whole("min", -1);
        if (most < 1) throw Failure.error("--max=MAXPODS is required and must be at least 1, max: " + most);
        if (most < least)
            throw Failure.error(
                    "--max=MAXPODS must be larger or equal to --min=MINPODS, max: " + most + ", min: " + least);
        if (flags.has("cpu-percent"))
            session.warn(
                    "Flag --cpu-percent has been deprecated, Use --cpu with percentage or resource quantity format (e.g., '70%' for utilization or '500m' for milliCPU).");
        if (flags.has("cpu-percent") && flags.has("cpu"))
            throw Failure.error(
                    "if any flags in the group [cpu-percent cpu] are set none of the others can be; [cpu cpu-percent] were all set");
        int count = 0;
        var problems = new Problems();
        for (Selection selection : Selection.of(session, Selection.Rules.NAMED, flags.arguments(), problems)) {
            var objects = new ArrayList<Found>();
            problems.attempt(() -> objects.addAll(selection.said(session)));
            count += objects.size();
            for (Found found : objects) problems.attempt(() -> scale(session, found));
        }
        problems.conclude(session);
        if (count == 0) throw Failure.error("no objects passed to autoscale");
    }

    private static void scale(Session session, Found found) {
        Flags flags = session.flags();
        Kind target = found.kind();
        if (!session.kinds().has(target, "scale"))
            throw Failure.error("cannot autoscale a " + target.gvk().kind() + ": could not find scale subresource for "
                    + target.gvk().group() + "/" + target.gvk().version() + ", Resource=" + target.plural()
                    + " in discovery information");
        ObjectTree object = autoscaler(flags, found);
        boolean local = DryRun.of(flags) == DryRun.CLIENT;
        if (flags.isSet("save-config")) object = LastApplied.annotated(object);
        if (!local) {
            Kind kind = session.kinds().named("horizontalpodautoscalers.v2.autoscaling");
            object = session.resource(kind, found.namespace())
                    .create(new AnyObject(object), session.writing("kubectl-autoscale"))
                    .tree();
        }
        if (flags.text("output").isEmpty())
            session.print(
                    KindTable.name(object) + " autoscaled" + DryRun.of(flags).suffix());
        else (local ? Printer.own(session) : Printer.of(session, Printer.OBJECTS)).print(object);
    }

    private static ObjectTree autoscaler(Flags flags, Found found) {
        ObjectTree spec = ObjectTree.of(
                "maxReplicas",
                flags.whole("max", 0),
                "scaleTargetRef",
                ObjectTree.of(
                        "apiVersion",
                        found.kind().gvk().apiVersion(),
                        "kind",
                        found.kind().gvk().kind(),
                        "name",
                        found.name()));
        if (flags.whole("min", -1) > 0) spec = spec.with("minReplicas", flags.whole("min", 1));
        var metrics = new ArrayList<ObjectTree>();
        String cpu = flags.has("cpu-percent") ? flags.text("cpu-percent") + "%" : flags.text("cpu");
        if (!cpu.isEmpty() && !cpu.startsWith("-")) metrics.add(metric("cpu", cpu));
        if (!flags.text("memory").isEmpty()) metrics.add(metric("memory", flags.text("memory")));
        if (!metrics.isEmpty()) spec = spec.with("metrics", ListTree.from(metrics));
        String name = flags.text("name").isEmpty() ? found.name() : flags.text("name");
        return ObjectTree.of(
                "apiVersion",
                "autoscaling/v2",
                "kind",
                "HorizontalPodAutoscaler",
                "metadata",
                ObjectTree.of("name", name),
                "spec",
                spec,
                "status",
                ObjectTree.of("currentMetrics", Tree.NULL, "desiredReplicas", 0));
    }

    /// `80%` of what is asked for, or an amount.
    private static ObjectTree metric(String resource, String text) {
        ObjectTree target;
        if (text.endsWith("%")) {
            String number = text.substring(0, text.length() - 1);
            if (!number.matches("\\d+") || Long.parseLong(number) == 0)
                throw Failure.error("invalid " + resource + " utilization value: " + text);
            target = ObjectTree.of("averageUtilization", Long.parseLong(number), "type", "Utilization");
        } else {
            try {
                target = ObjectTree.of("averageValue", Quantity.parse(text).toString(), "type", "AverageValue");
            } catch (io.amphora.machinery.quantity.QuantityFormatException wrong) {
                throw Failure.error("invalid " + resource + " resource format: " + text);
            }
        }
        return ObjectTree.of("resource", ObjectTree.of("name", resource, "target", target), "type", "Resource");
    }
}
