package io.amphora.kubectl.command;

import io.amphora.api.apps.v1.DaemonSet;
import io.amphora.api.apps.v1.Deployment;
import io.amphora.api.apps.v1.StatefulSet;
import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;

/// `rollout status`: follows a change from one template to the next.
final class RolloutStatus implements Command {
    /// How far a rollout is: what to say, and whether it is over.
    private record Progress(String says, boolean done) {}

    @Override
    public String name() {
        return "status";
    }

    @Override
    public String summary() {
        return "Show the status of the rollout";
    }

    @Override
    public String usage() {
        return "kubectl rollout status (TYPE NAME | TYPE/NAME) [--timeout=D] [--watch=false] [--revision=N]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return Selection.flags(common).bool("watch", 'w').duration("timeout").whole("revision");
    }

    @Override
    public void run(Session session) {
        Rollout.each(session, found -> status(session, found));
    }

    private static void status(Session session, Selection.Found found) {
        long revision = session.flags().whole("revision", 0);
        var said = new String[] {""};
        boolean done = Waiting.until(
                session, Waiting.limit(Durations.of(session.flags().text("timeout"))), () -> {
                    ObjectTree now = found.resource(session).get(found.name()).tree();
                    check(now, revision);
                    Progress progress = progress(found.kind(), now);
                    if (!progress.says().equals(said[0])) session.print(progress.says());
                    said[0] = progress.says();
                    session.console().out().flush();
                    return progress.done() || !session.flags().isUnlessDenied("watch");
                });
        if (!done) throw Failure.error("timed out waiting for the condition");
    }

    private static void check(ObjectTree object, long revision) {
        String now = object.object("metadata").object("annotations").text(RolloutHistory.REVISION);
        if (revision > 0 && !now.isEmpty() && Long.parseLong(now) != revision)
            throw Failure.error(
                    "desired revision (" + revision + ") is different from the running revision (" + now + ")");
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
}
