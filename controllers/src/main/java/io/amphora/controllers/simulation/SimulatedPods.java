package io.amphora.controllers.simulation;

import io.amphora.api.Views;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.controllers.Owners;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a simulated kubelet says of its Pods. Pure functions.
final class SimulatedPods {
    private SimulatedPods() {}

    static boolean isNew(Pod pod) {
        String phase = pod.status().phase();
        return (phase.isEmpty() || phase.equals("Pending"))
                && pod.status().podIP().isEmpty();
    }

    /// A Job's containers have something to do and then end.
    static boolean isOfJob(Pod pod) {
        return Owners.findController(pod)
                .filter(owner -> owner.text("kind").equals("Job"))
                .isPresent();
    }

    /// Everything started, everything ready.
    static ObjectTree running(Pod pod, String hostIp, String podIp, Instant now) {
        var status = pod.status().tree().toBuilder()
                .put("phase", "Running")
                .put("hostIP", hostIp)
                .put("hostIPs", ListTree.of(ObjectTree.of("ip", hostIp)))
                .put("podIP", podIp)
                .put("podIPs", ListTree.of(ObjectTree.of("ip", podIp)))
                .put("startTime", Views.tree(now))
                .put("conditions", conditions(pod, true, "", now))
                .put("containerStatuses", containers(pod.spec().containers(), now, true));
        if (!pod.spec().initContainers().isEmpty())
            status.put("initContainerStatuses", containers(pod.spec().initContainers(), now, false));
        return status.build();
    }

    /// Every container ended well.
    static ObjectTree succeeded(Pod pod, Instant now) {
        return pod.status().tree().toBuilder()
                .put("phase", "Succeeded")
                .put("conditions", conditions(pod, false, "PodCompleted", now))
                .put("containerStatuses", containers(pod.spec().containers(), now, false))
                .build();
    }

    private static ListTree conditions(Pod pod, boolean ready, String reason, Instant now) {
        var conditions = new ArrayList<Tree>();
        conditions.add(condition("Initialized", true, reason, now));
        conditions.add(condition("Ready", ready, reason, now));
        conditions.add(condition("ContainersReady", ready, reason, now));
        for (Tree each : pod.status().tree().list("conditions")) {
            String type = each.object().text("type");
            if (!List.of("Initialized", "Ready", "ContainersReady").contains(type)) conditions.add(each);
        }
        return new ListTree(conditions);
    }

    private static ObjectTree condition(String type, boolean holds, String reason, Instant now) {
        ObjectTree condition =
                ObjectTree.of("type", type, "status", holds ? "True" : "False", "lastTransitionTime", Views.tree(now));
        return reason.isEmpty() ? condition : condition.with("reason", reason);
    }

    private static ListTree containers(List<Container> containers, Instant now, boolean run) {
        var statuses = new ArrayList<Tree>();
        for (Container container : containers) {
            boolean sidecar = container.restartPolicy().equals("Always");
            boolean running = run || sidecar;
            ObjectTree state = running
                    ? ObjectTree.of("running", ObjectTree.of("startedAt", Views.tree(now)))
                    : ObjectTree.of("terminated", ended(now));
            statuses.add(ObjectTree.builder()
                    .put("name", container.name())
                    .put("image", container.image())
                    .put("imageID", "")
                    .put("ready", true)
                    .put("restartCount", 0)
                    .put("started", running)
                    .put("state", state)
                    .put("lastState", ObjectTree.EMPTY)
                    .build());
        }
        return new ListTree(statuses);
    }

    private static ObjectTree ended(Instant now) {
        return ObjectTree.of(
                "exitCode", 0, "reason", "Completed", "startedAt", Views.tree(now), "finishedAt", Views.tree(now));
    }
}
