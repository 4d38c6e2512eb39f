package io.amphora.kubectl.command;

import io.amphora.api.apps.v1.DaemonSet;
import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.StatefulSet;
import io.amphora.client.AnyObject;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.client.PatchType;
import io.amphora.client.WriteOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Table;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// `rollout`: follows, stops, repeats and undoes the change from one template to the next.
final class Rollout implements Command {
    private static final String REVISION = "deployment.kubernetes.io/revision";
    private static final String CAUSE = "kubernetes.io/change-cause";
    private static final String HASH = "pod-template-hash";

    /// @param template what the Pods of this revision are made from
    private record Revision(ObjectTree holder, ObjectTree template) {}

    /// How far a rollout is: what to say, and whether it is over.
    private record Progress(String says, boolean done) {}

    @Override
    public String name() {
        return "rollout";
    }

    @Override
    public String summary() {
        return "Manage the rollout of a resource";
    }

    @Override
    public String usage() {
        return "kubectl rollout status|history|undo|restart|pause|resume TYPE NAME | TYPE/NAME [--to-revision=N] [--revision=N] [--timeout=D] [--watch=false]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common)
                .text("to-revision")
                .text("revision")
                .text("timeout")
                .optional("watch", "true")
                .optional("dry-run", "unchanged")
                .text("output", 'o');
    }

    @Override
    public void run(Session session) {
        List<String> words = session.flags().arguments();
        if (words.isEmpty()) throw Failure.plain(usage());
        String verb = words.getFirst();
        if (!List.of("status", "history", "undo", "restart", "pause", "resume").contains(verb))
            throw Failure.usage("rollout", "unknown command \"" + String.join(" ", words) + "\"");
        for (Selection selection : Selection.of(session, "rollout " + verb, words.subList(1, words.size()))) {
            for (ObjectTree object : selection.read(session)) {
                switch (verb) {
                    case "status" -> status(session, selection.kind(), object);
                    case "history" -> history(session, selection.kind(), object);
                    case "undo" -> undo(session, selection.kind(), object);
                    case "restart" -> restart(session, selection.kind(), object);
                    case "pause" -> pause(session, selection.kind(), object, true);
                    default -> pause(session, selection.kind(), object, false);
                }
            }
        }
    }

    private static void status(Session session, Kind kind, ObjectTree object) {
        String name = object.object("metadata").text("name");
        var resource = session.resource(kind, object.object("metadata").text("namespace"));
        Duration limit = Session.duration(session.flags().text("timeout"));
        var said = new String[] {""};
        boolean done = Waiting.until(session, limit.isZero() ? Duration.ofDays(7) : limit, () -> {
            Progress progress = progress(kind, resource.get(name).tree());
            if (!progress.says().equals(said[0])) session.print(progress.says());
            said[0] = progress.says();
            session.console().out().flush();
            return progress.done() || !session.flags().isUnlessDenied("watch");
        });
        if (!done) throw Failure.error("timed out waiting for the condition");
    }

    private static Progress progress(Kind kind, ObjectTree object) {
        return switch (kind.plural()) {
            case "deployments" -> ofDeployment(Deployment.of(object));
            case "daemonsets" -> ofDaemonSet(DaemonSet.of(object));
            case "statefulsets" -> ofStatefulSet(StatefulSet.of(object));
            default ->
                throw Failure.error("no status viewer has been implemented for "
                        + kind.gvk().kind());
        };
    }

    private static Progress ofDeployment(Deployment deployment) {
        var status = deployment.status();
        if (deployment.metadata().generation() > status.observedGeneration())
            return new Progress("Waiting for deployment spec update to be observed...", false);
        boolean late = status.conditions().stream()
                .anyMatch(each ->
                        each.type().equals("Progressing") && each.reason().equals("ProgressDeadlineExceeded"));
        if (late) throw Failure.error("deployment \"" + deployment.name() + "\" exceeded its progress deadline");
        String waiting = "Waiting for deployment \"" + deployment.name() + "\" rollout to finish: ";
        int wanted = deployment.spec().findReplicas().orElse(1);
        if (status.updatedReplicas() < wanted)
            return new Progress(
                    waiting + status.updatedReplicas() + " out of " + wanted + " new replicas have been updated...",
                    false);
        if (status.replicas() > status.updatedReplicas())
            return new Progress(
                    waiting + (status.replicas() - status.updatedReplicas())
                            + " old replicas are pending termination...",
                    false);
        if (status.availableReplicas() < status.updatedReplicas())
            return new Progress(
                    waiting + status.availableReplicas() + " of " + status.updatedReplicas()
                            + " updated replicas are available...",
                    false);
        return new Progress("deployment \"" + deployment.name() + "\" successfully rolled out", true);
    }

    private static Progress ofDaemonSet(DaemonSet set) {
        var status = set.status();
        if (set.spec().updateStrategy().type().equals("OnDelete"))
            throw Failure.error("rollout status is only available for RollingUpdate strategy type");
        if (set.metadata().generation() > status.observedGeneration())
            return new Progress("Waiting for daemon set spec update to be observed...", false);
        String waiting = "Waiting for daemon set \"" + set.name() + "\" rollout to finish: ";
        if (status.updatedNumberScheduled() < status.desiredNumberScheduled())
            return new Progress(
                    waiting + status.updatedNumberScheduled() + " out of " + status.desiredNumberScheduled()
                            + " new pods have been updated...",
                    false);
        if (status.numberAvailable() < status.desiredNumberScheduled())
            return new Progress(
                    waiting + status.numberAvailable() + " of " + status.desiredNumberScheduled()
                            + " updated pods are available...",
                    false);
        return new Progress("daemon set \"" + set.name() + "\" successfully rolled out", true);
    }

    private static Progress ofStatefulSet(StatefulSet set) {
        var status = set.status();
        if (set.spec().updateStrategy().type().equals("OnDelete"))
            throw Failure.error("rollout status is only available for RollingUpdate strategy type");
        int wanted = set.spec().findReplicas().orElse(1);
        if (status.observedGeneration() == 0 || set.metadata().generation() > status.observedGeneration())
            return new Progress("Waiting for statefulset spec update to be observed...", false);
        if (status.readyReplicas() < wanted)
            return new Progress("Waiting for " + (wanted - status.readyReplicas()) + " pods to be ready...", false);
        var rolling = set.spec().updateStrategy().findRollingUpdate();
        if (set.spec().updateStrategy().type().equals("RollingUpdate") && rolling.isPresent()) {
            int expected = wanted - rolling.get().partition();
            if (status.updatedReplicas() < expected)
                return new Progress(
                        "Waiting for partitioned roll out to finish: " + status.updatedReplicas() + " out of "
                                + expected + " new pods have been updated...",
                        false);
            return new Progress(
                    "partitioned roll out complete: " + status.updatedReplicas() + " new pods have been updated...",
                    true);
        }
        if (!status.updateRevision().equals(status.currentRevision()))
            return new Progress(
                    "waiting for statefulset rolling update to complete " + status.updatedReplicas()
                            + " pods at revision " + status.updateRevision() + "...",
                    false);
        return new Progress(
                "statefulset rolling update complete " + status.currentReplicas() + " pods at revision "
                        + status.currentRevision() + "...",
                true);
    }

    private static void history(Session session, Kind kind, ObjectTree object) {
        Map<Long, Revision> revisions = revisions(session, kind, object);
        String title =
                KindTable.singularName(kind) + "/" + object.object("metadata").text("name");
        int wanted = session.flags().whole("revision", 0);
        if (wanted > 0) {
            Revision revision = revisions.get((long) wanted);
            if (revision == null) throw Failure.error("unable to find the specified revision");
            session.print(title + " with revision #" + wanted);
            Describe.podTemplate(revision.template()).forEach(session::print);
            session.print("");
            return;
        }
        session.print(title + " ");
        var table = new Table("REVISION", "CHANGE-CAUSE");
        revisions.forEach((number, revision) -> {
            String cause =
                    revision.holder().object("metadata").object("annotations").text(CAUSE);
            table.add(List.of(Long.toString(number), cause.isEmpty() ? "<none>" : cause));
        });
        table.lines().forEach(line -> session.print(line.replaceFirst("   (?=\\S)", "  ")));
        session.print("");
    }

    /// Revisions by number: a Deployment's are its ReplicaSets, others' their ControllerRevisions.
    private static Map<Long, Revision> revisions(Session session, Kind kind, ObjectTree object) {
        String namespace = object.object("metadata").text("namespace");
        boolean deployment = kind.plural().equals("deployments");
        if (!deployment && !kind.plural().equals("daemonsets") && !kind.plural().equals("statefulsets"))
            throw Failure.error("error retrieving history for \"" + kind.gvk().kind()
                    + "\", no visitor method exists for { " + kind.gvk().kind() + "}");
        Kind holders = session.kinds().named(deployment ? "replicasets.apps" : "controllerrevisions.apps");
        String selector =
                LabelSelector.of(object.object("spec").get("selector")).toString();
        var revisions = new TreeMap<Long, Revision>();
        for (AnyObject holder : session.resource(holders, namespace)
                .list(ListOptions.ALL.withLabels(selector))
                .items()) {
            if (holder.metadata().ownerReferences().stream()
                    .noneMatch(owner ->
                            owner.uid().equals(object.object("metadata").text("uid")))) continue;
            String annotated = holder.metadata().annotations().getOrDefault(REVISION, "0");
            long number = deployment ? Long.parseLong(annotated) : holder.tree().whole("revision");
            ObjectTree template = deployment
                    ? holder.tree().object("spec").object("template")
                    : holder.tree().object("data").object("spec").object("template");
            if (number > 0) revisions.put(number, new Revision(holder.tree(), template));
        }
        return revisions;
    }

    private static void undo(Session session, Kind kind, ObjectTree object) {
        String name = object.object("metadata").text("name");
        if (kind.plural().equals("deployments") && object.object("spec").bool("paused"))
            throw Failure.error(
                    "you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume' and try again");
        var revisions = new TreeMap<>(revisions(session, kind, object));
        int wanted = session.flags().whole("to-revision", 0);
        if (wanted > 0 && !revisions.containsKey((long) wanted))
            throw Failure.error("unable to find specified revision " + wanted + " in history");
        if (wanted == 0 && revisions.size() < 2)
            throw Failure.error("no rollout history found for " + kind.singular() + " \"" + name + "\"");
        Revision target =
                wanted > 0 ? revisions.get((long) wanted) : revisions.get(revisions.lowerKey(revisions.lastKey()));
        ObjectTree template = withoutHash(target == null ? ObjectTree.EMPTY : target.template())
                .without("$patch");
        String title = KindTable.singularName(kind) + "/" + name;
        if (template.equals(withoutHash(object.object("spec").object("template")))) {
            long number = wanted > 0 ? wanted : revisions.lastKey();
            session.print(title + " skipped rollback (current template already matches revision " + number + ")");
            return;
        }
        ListTree patch = ListTree.of(ObjectTree.of("op", "replace", "path", "/spec/template", "value", template));
        write(session, kind, object, PatchType.JSON, patch);
        session.print(title + " rolled back" + DryRun.of(session.flags()).suffix());
    }

    private static ObjectTree withoutHash(ObjectTree template) {
        return template.withoutAt("metadata", "labels", HASH);
    }

    private static void restart(Session session, Kind kind, ObjectTree object) {
        require(kind, "restarting", "deployments", "daemonsets", "statefulsets");
        String name = object.object("metadata").text("name");
        if (object.object("spec").bool("paused"))
            throw Failure.error(KindTable.pluralName(kind) + " \"" + name
                    + "\" can't restart paused deployment (run rollout resume first)");
        String now = session.clock().now().truncatedTo(ChronoUnit.SECONDS).toString();
        ObjectTree patch = ObjectTree.EMPTY.withAt(
                Tree.of(now), "spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt");
        write(session, kind, object, PatchType.STRATEGIC, patch);
        session.print(KindTable.singularName(kind) + "/" + name + " restarted");
    }

    private static void pause(Session session, Kind kind, ObjectTree object, boolean paused) {
        require(kind, paused ? "pausing" : "resuming", "deployments");
        String name = object.object("metadata").text("name");
        String what = KindTable.pluralName(kind) + " \"" + name + "\"";
        boolean isPaused = object.object("spec").bool("paused");
        if (isPaused == paused) throw Failure.error(what + (paused ? " is already paused" : " is not paused"));
        write(session, kind, object, PatchType.MERGE, ObjectTree.of("spec", ObjectTree.of("paused", paused)));
        session.print(KindTable.singularName(kind) + "/" + name + (paused ? " paused" : " resumed"));
    }

    private static void require(Kind kind, String doing, String... plurals) {
        if (!List.of(plurals).contains(kind.plural()))
            throw Failure.error(KindTable.pluralName(kind) + " " + doing + " is not supported");
    }

    private static void write(Session session, Kind kind, ObjectTree object, PatchType type, Tree patch) {
        ObjectTree metadata = object.object("metadata");
        WriteOptions options = DryRun.of(session.flags()).on(WriteOptions.PLAIN.withFieldManager("kubectl-rollout"));
        if (DryRun.of(session.flags()) == DryRun.CLIENT) return;
        session.resource(kind, metadata.text("namespace")).patch(metadata.text("name"), type, patch, options, "");
    }
}
