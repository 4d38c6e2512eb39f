package io.amphora.scheduler;

import io.amphora.api.ApiException;
import io.amphora.api.Views;
import io.amphora.api.core.v1.PersistentVolumeClaim;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.events.v1.Events;
import io.amphora.client.Client;
import io.amphora.client.DeleteOptions;
import io.amphora.client.PatchType;
import io.amphora.client.WriteOptions;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.scheduler.plugin.Claims;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashSet;

/// Carries decisions out: binds, says why a Pod waits, evicts. Decides nothing.
final class Carrier {
    private static final String SELECTED_NODE = "volume.kubernetes.io/selected-node";

    private final Client client;
    private final Clock clock;
    private final Randomness randomness;

    Carrier(Client client, Clock clock, Randomness randomness) {
        this.client = client;
        this.clock = clock;
        this.randomness = randomness;
    }

    /// Hands the Pod to its node.
    void bind(Pod pod, String node) {
        ObjectTree binding = ObjectTree.of(
                "apiVersion",
                "v1",
                "kind",
                "Binding",
                "metadata",
                ObjectTree.of("name", pod.name(), "namespace", pod.namespace(), "uid", pod.uid()),
                "target",
                ObjectTree.of("kind", "Node", "name", node));
        client.resource(Pods.DEFINITION).inNamespace(pod.namespace()).createSubresource(pod.name(), "binding", binding);
        event(
                pod,
                "Normal",
                "Scheduled",
                "Binding",
                "Successfully assigned " + pod.namespace() + "/" + pod.name() + " to " + node,
                ObjectTree.EMPTY);
    }

    /// Sees to it that the Pod's claims get their volumes on this node.
    ///
    /// @return false while some are not bound yet: the Pod is tried again when they are
    boolean bindVolumes(Pod pod, NodeInfo node, Cluster cluster) {
        boolean bound = true;
        for (PersistentVolumeClaim claim : Claims.of(pod, cluster)) {
            if (Claims.isBound(claim)) continue;
            bound = false;
            var volume = Claims.findVolume(claim, node, cluster);
            if (volume.isPresent()) reserve(volume.get().name(), claim);
            else tellProvisioner(claim, node.name());
        }
        return bound;
    }

    private void reserve(String volume, PersistentVolumeClaim claim) {
        ObjectTree reference = ObjectTree.of(
                "apiVersion", "v1",
                "kind", "PersistentVolumeClaim",
                "namespace", claim.namespace(),
                "name", claim.name(),
                "uid", claim.uid());
        client.resource(PersistentVolumes.DEFINITION)
                .patch(volume, PatchType.MERGE, ObjectTree.of("spec", ObjectTree.of("claimRef", reference)));
    }

    private void tellProvisioner(PersistentVolumeClaim claim, String node) {
        ObjectTree annotations = ObjectTree.of(SELECTED_NODE, node);
        client.resource(PersistentVolumeClaims.DEFINITION)
                .inNamespace(claim.namespace())
                .patch(
                        claim.name(),
                        PatchType.MERGE,
                        ObjectTree.of("metadata", ObjectTree.of("annotations", annotations)));
    }

    /// Tells the Pod's owner why there is no node for it, by condition and event, in this order: who sees the event
    /// finds the condition.
    ///
    /// @param nominated the node that is being made room on; "" for none
    void sayWhyNot(Pod pod, String message, String nominated) {
        var status = ObjectTree.builder();
        if (!nominated.isEmpty()) status.put("nominatedNodeName", nominated);
        ObjectTree condition = ObjectTree.of(
                "type",
                "PodScheduled",
                "status",
                "False",
                "reason",
                "Unschedulable",
                "message",
                message,
                "observedGeneration",
                pod.metadata().generation(),
                "lastTransitionTime",
                transition(pod),
                "lastProbeTime",
                Tree.NULL);
        status.put("conditions", ListTree.of(condition));
        patchStatus(pod, status.build());
        event(pod, "Warning", "FailedScheduling", "Scheduling", message, ObjectTree.EMPTY);
    }

    /// A condition that only changes its text keeps the time at which it came about.
    private String transition(Pod pod) {
        return pod.status().conditions().stream()
                .filter(each ->
                        each.type().equals("PodScheduled") && each.status().equals("False"))
                .flatMap(each -> each.findLastTransitionTime().stream())
                .findFirst()
                .orElseGet(this::now)
                .toString();
    }

    /// The conditions that are there, and a new one behind them.
    private static ListTree orderWith(Pod pod, String type) {
        var types = new LinkedHashSet<String>();
        pod.status().conditions().forEach(condition -> types.add(condition.type()));
        types.add(type);
        return ListTree.from(
                types.stream().map(each -> ObjectTree.of("type", each)).toList());
    }

    /// Makes room: says so on the Pod that has to go, and deletes it.
    void evict(Pod victim, Pod preemptor, String node) {
        if (victim.metadata().tree().has("deletionTimestamp")) return;
        ObjectTree condition = ObjectTree.of(
                "type",
                "DisruptionTarget",
                "status",
                "True",
                "reason",
                "PreemptionByScheduler",
                "message",
                Scheduler.NAME + ": preempting to accommodate a higher priority pod",
                "observedGeneration",
                victim.metadata().generation(),
                "lastTransitionTime",
                now().toString(),
                "lastProbeTime",
                Tree.NULL);
        try {
            patchStatus(
                    victim,
                    ObjectTree.of(
                            "conditions", ListTree.of(condition),
                            "$setElementOrder/conditions", orderWith(victim, "DisruptionTarget")));
            client.resource(Pods.DEFINITION)
                    .inNamespace(victim.namespace())
                    .delete(victim.name(), DeleteOptions.PLAIN.withUid(victim.uid()));
        } catch (ApiException refused) {
            if (refused.code() != 404) throw refused;
        }
        event(
                victim,
                "Normal",
                "Preempted",
                "Preempting",
                "Preempted by pod " + preemptor.uid() + " on node " + node,
                reference(preemptor));
    }

    private void patchStatus(Pod pod, ObjectTree status) {
        client.resource(Pods.DEFINITION)
                .inNamespace(pod.namespace())
                .patch(
                        pod.name(),
                        PatchType.STRATEGIC,
                        ObjectTree.of("metadata", ObjectTree.of("uid", pod.uid()), "status", status),
                        WriteOptions.PLAIN,
                        "status");
    }

    private void event(Pod pod, String type, String reason, String action, String note, ObjectTree related) {
        ObjectTree event = ObjectTree.of(
                "apiVersion",
                "events.k8s.io/v1",
                "kind",
                "Event",
                "metadata",
                ObjectTree.of(
                        "namespace",
                        pod.namespace(),
                        "name",
                        pod.name() + "." + Long.toHexString(randomness.uuid().getMostSignificantBits())),
                "type",
                type,
                "reason",
                reason,
                "action",
                action,
                "note",
                note,
                "eventTime",
                Views.microTime(clock.now()),
                "reportingController",
                Scheduler.NAME,
                "reportingInstance",
                Scheduler.NAME + "-0",
                "regarding",
                reference(pod));
        if (!related.isEmpty()) event = event.with("related", related);
        try {
            client.resource(Events.DEFINITION).inNamespace(pod.namespace()).create(Events.DEFINITION.view(event));
        } catch (ApiException refused) {
            // The namespace may be going; an event that nobody can read any more is not missed.
            if (refused.code() != 403 && refused.code() != 404) throw refused;
        }
    }

    private static ObjectTree reference(Pod pod) {
        return ObjectTree.of(
                "apiVersion", "v1",
                "kind", "Pod",
                "namespace", pod.namespace(),
                "name", pod.name(),
                "uid", pod.uid(),
                "resourceVersion", pod.tree().object("metadata").text("resourceVersion"));
    }

    private Instant now() {
        return clock.now().truncatedTo(ChronoUnit.SECONDS);
    }
}
