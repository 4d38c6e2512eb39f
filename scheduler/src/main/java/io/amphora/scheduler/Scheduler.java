package io.amphora.scheduler;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.PersistentVolumeClaims;
import io.amphora.api.core.v1.PersistentVolumes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.placement.Resources;
import io.amphora.api.policy.v1.PodDisruptionBudgets;
import io.amphora.api.storage.v1.CSINodes;
import io.amphora.api.storage.v1.StorageClasses;
import io.amphora.client.Client;
import io.amphora.client.Informer;
import io.amphora.client.Informers;
import io.amphora.client.Snapshot;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has one thread that decides, Pod after Pod, and hands each decision to a virtual thread
/// that carries it out, so that deciding never waits for the server. A Pod that was given a
/// node counts as there at once (it is "assumed") until the informer shows it.
public final class Scheduler implements AutoCloseable {
    public static final String NAME = "default-scheduler";

    private static final Logger LOG = LoggerFactory.getLogger(Scheduler.class);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Informers informers;
    private final Informer<Pod> pods;
    private final Informer<Node> nodes;
    private final SchedulingQueue queue;
    private final Carrier carrier;
    private final Randomness randomness;
    private final Map<String, PodInfo> known = new ConcurrentHashMap<>();
    private final Map<String, Pod> assumed = new ConcurrentHashMap<>();
    private @Nullable Thread thread;

    public Scheduler(Client client, Clock clock, Randomness randomness) {
        this.informers = new Informers(client, clock);
        this.pods = informers.informer(Pods.DEFINITION);
        this.nodes = informers.informer(Nodes.DEFINITION);
        this.queue = new SchedulingQueue(clock);
        this.carrier = new Carrier(client, clock, randomness);
        this.randomness = randomness;
        for (var definition : List.of(
                PersistentVolumeClaims.DEFINITION,
                PersistentVolumes.DEFINITION,
                StorageClasses.DEFINITION,
                CSINodes.DEFINITION,
                Namespaces.DEFINITION))
            informers.informer(definition).onChange((before, now) -> queue.clusterChanged());
        informers.informer(PodDisruptionBudgets.DEFINITION);
    }

    public void start() {
        pods.onChange(this::podChanged);
        nodes.onChange((before, now) -> {
            if (before == null || now == null || nodeMayTakeMore(before, now)) queue.clusterChanged();
        });
        thread = Thread.ofVirtual().name("scheduler").start(this::run);
    }

    private void run() {
        try {
            while (!informers.awaitSync(PATIENCE)) LOG.warn("still waiting for the first lists from the API server");
            for (PodInfo pod = queue.take(); pod != null; pod = queue.take()) {
                try {
                    decide(pod);
                } catch (RuntimeException failure) {
                    LOG.error("deciding on {} failed", pod.key(), failure);
                    queue.putBack(pod);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void decide(PodInfo pod) {
        Pod now = pods.snapshot().find(pod.pod().namespace(), pod.pod().name()).orElse(null);
        if (now == null || !isWaiting(now)) {
            queue.remove(pod.key());
            return;
        }
        Cluster cluster = cluster();
        switch (Scheduling.schedule(pod, cluster, queue.nominated(), randomness)) {
            case Decision.Place(var node) -> place(pod, node, cluster);
            case Decision.Wait(var message) -> carryOut(pod, () -> carrier.sayWhyNot(pod.pod(), message, ""));
            case Decision.Preempt(var node, var victims, var message) ->
                carryOut(pod, () -> {
                    carrier.sayWhyNot(pod.pod(), message, node);
                    for (PodInfo victim : victims) carrier.evict(victim.pod(), pod.pod(), node);
                });
        }
    }

    private void place(PodInfo pod, String node, Cluster cluster) {
        NodeInfo info = cluster.nodes().get(node);
        if (info == null) {
            queue.putBack(pod);
            return;
        }
        assumed.put(pod.key(), pod.pod().withSpec(pod.pod().spec().withNodeName(node)));
        Thread.ofVirtual().start(() -> {
            try {
                if (carrier.bindVolumes(pod.pod(), info, cluster)) {
                    carrier.bind(pod.pod(), node);
                    queue.remove(pod.key());
                    return;
                }
            } catch (ApiException refused) {
                LOG.info("binding {} to {}: {}", pod.key(), node, refused.getMessage());
            }
            assumed.remove(pod.key());
            queue.putBack(pod);
        });
    }

    private void carryOut(PodInfo pod, Runnable action) {
        Thread.ofVirtual().start(() -> {
            try {
                action.run();
            } catch (ApiException refused) {
                LOG.debug("saying why {} waits: {}", pod.key(), refused.getMessage());
            } finally {
                queue.putBack(pod);
            }
        });
    }

    private void podChanged(@Nullable Pod before, @Nullable Pod now) {
        Pod either = now != null ? now : before;
        if (either == null) return;
        String key = either.namespace() + "/" + either.name();
        if (now == null) {
            known.remove(key);
            assumed.remove(key);
            queue.remove(key);
            if (!either.spec().nodeName().isEmpty()) queue.clusterChanged();
            return;
        }
        PodInfo info = PodInfo.of(now);
        known.put(key, info);
        if (!now.spec().nodeName().isEmpty()) {
            assumed.remove(key);
            queue.remove(key);
            if (matters(before, now)) queue.clusterChanged();
            return;
        }
        if (isWaiting(now)) queue.put(info, before == null || wishesDiffer(before, now));
        else queue.remove(key);
    }

    /// Whether a change of a Pod may change where it fits: its own status and books don't.
    private static boolean wishesDiffer(Pod before, Pod now) {
        return !before.spec().equals(now.spec())
                || !before.metadata().labels().equals(now.metadata().labels());
    }

    /// Whether others may fit because of what a Pod on a node is now, or is no longer: what
    /// it asks for may shrink, and a label go that kept others away.
    static boolean matters(@Nullable Pod before, Pod now) {
        return before == null
                || before.spec().nodeName().isEmpty()
                || !isFinished(before) && isFinished(now)
                || !before.metadata().labels().equals(now.metadata().labels())
                || !Resources.requestedBy(before).equals(Resources.requestedBy(now));
    }

    private static boolean nodeMayTakeMore(Node before, Node now) {
        return !before.spec().equals(now.spec())
                || !before.metadata().labels().equals(now.metadata().labels())
                || !before.status().allocatable().equals(now.status().allocatable());
    }

    private static boolean isWaiting(Pod pod) {
        return pod.spec().nodeName().isEmpty()
                && pod.spec().schedulingGates().isEmpty()
                && !isFinished(pod)
                && !pod.metadata().tree().has("deletionTimestamp")
                && (pod.spec().schedulerName().isEmpty()
                        || pod.spec().schedulerName().equals(NAME));
    }

    private static boolean isFinished(Pod pod) {
        return pod.status().phase().equals("Succeeded") || pod.status().phase().equals("Failed");
    }

    private Cluster cluster() {
        Map<String, List<PodInfo>> byNode = new HashMap<>();
        for (Pod pod : pods.snapshot().list()) {
            String key = pod.namespace() + "/" + pod.name();
            Pod placed = assumed.getOrDefault(key, pod);
            String node = placed.spec().nodeName();
            if (node.isEmpty() || isFinished(pod)) continue;
            PodInfo info = known.get(key);
            boolean current = info != null && info.pod().tree() == pod.tree() && placed == pod;
            byNode.computeIfAbsent(node, any -> new ArrayList<>())
                    .add(current && info != null ? info : PodInfo.of(placed));
        }
        var infos = new LinkedHashMap<String, NodeInfo>();
        for (Node node : nodes.snapshot().list())
            infos.put(node.name(), NodeInfo.of(node, byNode.getOrDefault(node.name(), List.of())));
        return new Cluster(
                infos,
                byKey(
                        informers.informer(PersistentVolumeClaims.DEFINITION).snapshot(),
                        each -> each.namespace() + "/" + each.name()),
                byKey(informers.informer(PersistentVolumes.DEFINITION).snapshot(), each -> each.name()),
                byKey(informers.informer(StorageClasses.DEFINITION).snapshot(), each -> each.name()),
                byKey(informers.informer(CSINodes.DEFINITION).snapshot(), each -> each.name()),
                byKey(informers.informer(Namespaces.DEFINITION).snapshot(), each -> each.name()),
                informers.informer(PodDisruptionBudgets.DEFINITION).snapshot().list());
    }

    private static <T extends io.amphora.api.ApiObject> Map<String, T> byKey(
            Snapshot<T> snapshot, Function<T, String> key) {
        var map = new HashMap<String, T>();
        for (T object : snapshot.list()) map.put(key.apply(object), object);
        return map;
    }

    @Override
    public void close() {
        queue.close();
        if (thread != null) thread.interrupt();
        informers.close();
    }
}
