package io.amphora.controllers.simulation;

import io.amphora.api.Views;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerStatus;
import io.amphora.api.core.v1.Pod;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.time.GoDuration;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/// What a simulated kubelet says of its Pods. Pure functions.
final class SimulatedPods {
    private static final Duration RUNS = Duration.ofMillis(300);
    private static final String DELAY = "pod-complete.stage.kwok.x-k8s.io/delay";

    private SimulatedPods() {}

    static boolean isNew(Pod pod) {
        String phase = pod.status().phase();
        return (phase.isEmpty() || phase.equals("Pending"))
                && pod.status().podIP().isEmpty();
    }

    /// Containers that are not started again have something to do and then end.
    static boolean ends(Pod pod) {
        return pod.status().phase().equals("Running")
                && !pod.spec().restartPolicy().equals("Always");
    }

    /// When its containers end: after a moment, or after what KWOK's annotation says.
    static Instant end(Pod pod, Instant now) {
        String delay = pod.metadata().annotations().getOrDefault(DELAY, "");
        return pod.status().findStartTime().orElse(now).plus(delay.isEmpty() ? RUNS : delay(delay));
    }

    private static Duration delay(String text) {
        try {
            return GoDuration.parse(text);
        } catch (IllegalArgumentException none) {
            return RUNS;
        }
    }

    /// Its containers are ready, but its node was lost for a time, and so the Pod was marked.
    static boolean isMarked(Pod pod) {
        return pod.status().phase().equals("Running")
                && !PodFacts.isReady(pod)
                && gatesAreOpen(pod)
                && pod.status().containerStatuses().stream().allMatch(ContainerStatus::ready);
    }

    /// Ready, and all else as it was.
    static ObjectTree ready(Pod pod, Instant now) {
        var conditions = new ArrayList<Tree>();
        conditions.add(condition("Ready", true, "", now));
        for (Tree each : pod.status().tree().list("conditions"))
            if (!each.object().text("type").equals("Ready")) conditions.add(each);
        return pod.status().tree().with("conditions", new ListTree(conditions));
    }

    private static boolean gatesAreOpen(Pod pod) {
        return pod.spec().readinessGates().stream()
                .allMatch(gate -> pod.status().conditions().stream()
                        .anyMatch(condition -> condition.type().equals(gate.conditionType())
                                && condition.status().equals("True")));
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
                .put("containerStatuses", containers(pod, pod.spec().containers(), now, true));
        if (!pod.spec().initContainers().isEmpty()) status.put("initContainerStatuses", endedFirst(pod, now));
        return status.build();
    }

    /// Every container ended well.
    static ObjectTree succeeded(Pod pod, Instant now) {
        return pod.status().tree().toBuilder()
                .put("phase", "Succeeded")
                .put("conditions", conditions(pod, false, "PodCompleted", now))
                .put("containerStatuses", containers(pod, pod.spec().containers(), now, false))
                .build();
    }

    private static ListTree conditions(Pod pod, boolean ready, String reason, Instant now) {
        var conditions = new ArrayList<Tree>();
        conditions.add(condition("Initialized", true, reason, now));
        conditions.add(condition("Ready", ready && gatesAreOpen(pod), reason, now));
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

    /// Init containers that have ended well count as ready; sidecars among them run on.
    private static ListTree endedFirst(Pod pod, Instant now) {
        ListTree ended = containers(pod, pod.spec().initContainers(), now, false);
        return new ListTree(ended.stream()
                .map(status -> (Tree) status.object().with("ready", Tree.of(true)))
                .toList());
    }

    private static ListTree containers(Pod pod, List<Container> containers, Instant now, boolean run) {
        var statuses = new ArrayList<Tree>();
        for (Container container : containers) {
            boolean running = run || container.restartPolicy().equals("Always");
            String id = "simulated://" + hash(pod.uid() + "/" + container.name());
            ObjectTree state = running
                    ? ObjectTree.of("running", ObjectTree.of("startedAt", Views.tree(now)))
                    : ObjectTree.of("terminated", ended(pod, id, now));
            statuses.add(ObjectTree.builder()
                    .put("name", container.name())
                    .put("image", container.image())
                    .put("imageID", imageId(container.image()))
                    .put("containerID", id)
                    .put("ready", running)
                    .put("restartCount", 0)
                    .put("started", running)
                    .put("state", state)
                    .put("lastState", ObjectTree.EMPTY)
                    .build());
        }
        return new ListTree(statuses);
    }

    private static ObjectTree ended(Pod pod, String id, Instant now) {
        return ObjectTree.of(
                "containerID",
                id,
                "exitCode",
                0,
                "reason",
                "Completed",
                "startedAt",
                Views.tree(pod.status().findStartTime().orElse(now)),
                "finishedAt",
                Views.tree(now));
    }

    /// The repository with a digest: that of the name, as there is no image. The tag goes, the port stays.
    static String imageId(String image) {
        if (image.contains("@")) return image;
        int tag = image.indexOf(':', image.lastIndexOf('/') + 1);
        return (tag < 0 ? image : image.substring(0, tag)) + "@sha256:" + hash(image);
    }

    private static String hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
