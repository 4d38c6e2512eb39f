package io.amphora.controllers.simulation;

import io.amphora.api.ApiException;
import io.amphora.api.Views;
import io.amphora.api.coordination.v1.Lease;
import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.client.Client;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Index;
import io.amphora.client.Informer;
import io.amphora.client.WorkQueue;
import io.amphora.controllers.pod.PodFacts;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Nodes `node-0`, `node-1`, … of 4 cpu, 8Gi of memory, 50Gi of disk and 110 Pods each, on which nothing runs: a
/// Pod that is bound to one of them is Running and Ready at once, one that is not to be started again soon Succeeded, a
/// deleted one gone
/// without waiting for its grace. The nodes report like real ones: one thread writes their Leases, one after the
/// other, and of their status only what has changed.
///
/// A Node that somebody else makes is left alone, unless its annotation `kwok.x-k8s.io/node` says `fake`, as KWOK's
/// own do: then it is one of these until it is deleted.
///
/// Has a few worker threads and one that reports.
public final class SimulatedNodes implements AutoCloseable {
    private static final int WORKERS = 8;
    private static final Duration REPORTING = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofMillis(200);
    private static final String KWOK = "kwok.x-k8s.io/node";

    private static final Index<Pod> BY_NODE = Index.byField("spec", "nodeName");

    private record PodKey(String namespace, String name) {}

    private final Client client;
    private final Clock clock;
    private final Set<String> own;

    /// All nodes that are simulated, and the number of each, which its address ends in.
    private final Map<String, Integer> numbers = new ConcurrentHashMap<>();

    /// As the server answered last. Only the thread that reports uses it.
    private final Map<String, Lease> leases = new HashMap<>();

    private final Informer<Node> nodes;
    private final Informer<Pod> pods;
    private final WorkQueue<String> reports;
    private final WorkQueue<PodKey> queue;
    private final AtomicInteger nextNumber = new AtomicInteger();
    private final AtomicInteger lastAddress = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();

    public SimulatedNodes(Client client, Clock clock, int count) {
        this.client = client;
        this.clock = clock;
        this.own = IntStream.range(0, count)
                .mapToObj(i -> "node-" + i)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        own.forEach(name -> numbers.put(name, nextNumber.getAndIncrement()));
        this.nodes = new Informer<>(client.resource(Nodes.DEFINITION), clock);
        this.pods = new Informer<>(client.resource(Pods.DEFINITION), clock).withIndex(BY_NODE);
        this.reports = new WorkQueue<>(clock);
        this.queue = new WorkQueue<>(clock);
    }

    /// Returns at once.
    public void start() {
        threads.add(Thread.ofVirtual().name("simulated-nodes").start(this::reportAll));
        own.forEach(reports::add);
        nodes.onChange((before, now) -> {
            if (now == null && before != null && !own.contains(before.name())) numbers.remove(before.name());
            if (now != null && isFake(now) && !numbers.containsKey(now.name())) adopt(now.name());
            if (now != null && before != null && isReady(now) && !isReady(before)) lookAtPodsOf(now.name());
        });
        nodes.start();
        pods.onChange((before, now) -> {
            if (now == null || !numbers.containsKey(now.spec().nodeName())) return;
            remember(now.status().podIP());
            queue.add(new PodKey(now.namespace(), now.name()));
        });
        pods.start();
        for (int i = 0; i < WORKERS; i++)
            threads.add(Thread.ofVirtual().name("simulated-pods-" + i).start(this::work));
    }

    private static boolean isFake(Node node) {
        return node.metadata().annotations().getOrDefault(KWOK, "").equals("fake");
    }

    /// Pods may have been bound to the node before it came.
    private void adopt(String node) {
        numbers.put(node, nextNumber.getAndIncrement());
        lookAtPodsOf(node);
        reports.add(node);
    }

    private void lookAtPodsOf(String node) {
        for (Pod pod : pods.snapshot().by(BY_NODE, node)) queue.add(new PodKey(pod.namespace(), pod.name()));
    }

    private static boolean isReady(Node node) {
        return node.status().conditions().stream()
                .anyMatch(each -> each.type().equals("Ready") && each.status().equals("True"));
    }

    private boolean isReady(String node) {
        return nodes.snapshot().find("", node).filter(SimulatedNodes::isReady).isPresent();
    }

    // ---- Pods ----

    private void work() {
        try {
            for (PodKey key = queue.take(); key != null; key = queue.take()) {
                try {
                    var pod = pods.snapshot().find(key.namespace(), key.name());
                    if (pod.isPresent()) live(key, pod.get());
                    queue.forget(key);
                } catch (ApiException refused) {
                    if (refused.code() != 404) queue.addAfterFailure(key);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void live(PodKey key, Pod pod) {
        var resource = client.resource(Pods.DEFINITION).inNamespace(key.namespace());
        if (PodFacts.isTerminating(pod)) {
            resource.delete(
                    key.name(), DeleteOptions.background().withGraceSeconds(0).withUid(pod.uid()));
        } else if (SimulatedPods.isNew(pod)) {
            int node = numbers.getOrDefault(pod.spec().nodeName(), 0);
            ObjectTree status = SimulatedPods.running(pod, hostIp(node), nextPodIp(), clock.now());
            resource.updateStatus(Pod.of(pod.tree().with("status", status)));
        } else if (SimulatedPods.ends(pod)) {
            finish(key, pod);
        } else if (SimulatedPods.isMarked(pod) && isReady(pod.spec().nodeName())) {
            resource.updateStatus(Pod.of(pod.tree().with("status", SimulatedPods.ready(pod, clock.now()))));
        }
    }

    private void finish(PodKey key, Pod pod) {
        Instant end = SimulatedPods.end(pod, clock.now());
        if (end.isAfter(clock.now())) {
            queue.addAfter(key, Duration.between(clock.now(), end));
            return;
        }
        ObjectTree status = SimulatedPods.succeeded(pod, clock.now());
        client.resource(Pods.DEFINITION).updateStatus(Pod.of(pod.tree().with("status", status)));
    }

    private static String hostIp(int node) {
        return "10.63." + (node >> 8) + "." + (node & 255);
    }

    /// From 10.64.0.0/11: room for two million Pods before an address comes again.
    private String nextPodIp() {
        int number = lastAddress.updateAndGet(last -> (last + 1) & 0x1f_ffff);
        return "10." + (64 + (number >> 16)) + "." + (number >> 8 & 255) + "." + (number & 255);
    }

    /// Addresses given before a restart are not given again.
    private void remember(String podIp) {
        String[] parts = podIp.split("\\.");
        if (parts.length != 4 || !parts[0].equals("10")) return;
        int number = (Integer.parseInt(parts[1]) - 64 << 16)
                + (Integer.parseInt(parts[2]) << 8)
                + Integer.parseInt(parts[3]);
        lastAddress.accumulateAndGet(number, Math::max);
    }

    // ---- nodes ----

    private void reportAll() {
        try {
            for (String name = reports.take(); name != null; name = reports.take()) {
                boolean heard = report(name);
                reports.done(name);
                if (numbers.containsKey(name)) reports.addAfter(name, heard ? REPORTING : SOON);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /// @return false when the server did not listen
    private boolean report(String name) {
        try {
            Optional<Node> node = nodes.snapshot().find("", name);
            if (node.isEmpty()) node = client.resource(Nodes.DEFINITION).find(name);
            if (node.isEmpty() && !own.contains(name)) return true;
            Node here = node.isPresent()
                    ? node.get()
                    : client.resource(Nodes.DEFINITION).create(node(name));
            renew(here);
            Node ready = Node.of(here.tree().with("status", status(name, here)));
            if (!ready.equals(here)) client.resource(Nodes.DEFINITION).updateStatus(ready);
            return true;
        } catch (ApiException refused) {
            return false;
        }
    }

    private Node node(String name) {
        var labels = ObjectTree.of(
                "kubernetes.io/hostname", name,
                "kubernetes.io/arch", "amd64",
                "kubernetes.io/os", "linux",
                "beta.kubernetes.io/arch", "amd64",
                "beta.kubernetes.io/os", "linux");
        return Node.of(Node.EMPTY.tree().with("metadata", ObjectTree.of("name", name, "labels", labels)));
    }

    private ObjectTree status(String name, Node node) {
        var size = ObjectTree.of("cpu", "4", "memory", "8Gi", "pods", "110", "ephemeral-storage", "50Gi");
        ObjectTree before = node.status().tree();
        return before.toBuilder()
                .put("capacity", before.has("capacity") ? before.get("capacity") : size)
                .put("allocatable", before.has("allocatable") ? before.get("allocatable") : size)
                .put("addresses", before.has("addresses") ? before.get("addresses") : addresses(name))
                .put(
                        "conditions",
                        ListTree.of(
                                condition(
                                        before,
                                        "MemoryPressure",
                                        "False",
                                        "KubeletHasSufficientMemory",
                                        "kubelet has sufficient memory available"),
                                condition(
                                        before,
                                        "DiskPressure",
                                        "False",
                                        "KubeletHasNoDiskPressure",
                                        "kubelet has no disk pressure"),
                                condition(
                                        before,
                                        "PIDPressure",
                                        "False",
                                        "KubeletHasSufficientPID",
                                        "kubelet has sufficient PID available"),
                                condition(before, "Ready", "True", "KubeletReady", "kubelet is posting ready status")))
                .put("nodeInfo", isTold(before.object("nodeInfo")) ? before.get("nodeInfo") : info(name))
                .build();
    }

    private static boolean isTold(ObjectTree info) {
        return !info.text("kubeletVersion").isEmpty();
    }

    /// A machine's ids follow from its name.
    private static ObjectTree info(String name) {
        return ObjectTree.builder()
                .put("architecture", "amd64")
                .put("bootID", id("boot/" + name))
                .put("containerRuntimeVersion", "simulated://1.36.0")
                .put("kernelVersion", "6.12.0-simulated")
                .put("kubeProxyVersion", "")
                .put("kubeletVersion", "v1.36.0")
                .put("machineID", id("machine/" + name).replace("-", ""))
                .put("operatingSystem", "linux")
                .put("osImage", "Simulated Linux")
                .put("systemUUID", id("system/" + name))
                .build();
    }

    private static String id(String text) {
        return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private ListTree addresses(String name) {
        return ListTree.of(
                ObjectTree.of("type", "InternalIP", "address", hostIp(numbers.getOrDefault(name, 0))),
                ObjectTree.of("type", "Hostname", "address", name));
    }

    /// What is said already keeps its times: leases are what tells that a node is alive.
    private ObjectTree condition(ObjectTree before, String type, String status, String reason, String message) {
        for (var each : before.list("conditions"))
            if (each.object().text("type").equals(type)
                    && each.object().text("status").equals(status)) return each.object();
        var now = Views.tree(clock.now());
        return ObjectTree.of(
                "type", type,
                "status", status,
                "reason", reason,
                "message", message,
                "lastHeartbeatTime", now,
                "lastTransitionTime", now);
    }

    /// Nobody else writes these Leases: the last answer is what is there, unless the server says otherwise.
    private void renew(Node node) {
        var resource = client.resource(Leases.DEFINITION).inNamespace("kube-node-lease");
        Lease known = leases.remove(node.name());
        Optional<Lease> lease = known != null ? Optional.of(known) : resource.find(node.name());
        leases.put(
                node.name(),
                lease.isPresent()
                        ? resource.update(
                                lease.get().withSpec(lease.get().spec().withRenewTime(clock.now())))
                        : resource.create(lease(node)));
    }

    private Lease lease(Node node) {
        var owner = ObjectTree.of("apiVersion", "v1", "kind", "Node", "name", node.name(), "uid", node.uid());
        var metadata = ObjectTree.of(
                "name", node.name(), "namespace", "kube-node-lease", "ownerReferences", ListTree.of(owner));
        Lease made = Lease.of(Lease.EMPTY.tree().with("metadata", metadata));
        return made.withSpec(made.spec()
                .withHolderIdentity(node.name())
                .withLeaseDurationSeconds(40)
                .withRenewTime(clock.now()));
    }

    @Override
    public void close() {
        reports.close();
        queue.close();
        nodes.close();
        pods.close();
        threads.forEach(Thread::interrupt);
    }
}
