package io.amphora.kubelet.node;

import io.amphora.api.ApiException;
import io.amphora.api.coordination.v1.Lease;
import io.amphora.api.coordination.v1.Leases;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.NodeCondition;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Taint;
import io.amphora.client.Client;
import io.amphora.client.PatchType;
import io.amphora.client.WriteOptions;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the cluster that this node is there and how it is. Has two threads: one renews the node's Lease, the
/// other
/// keeps the Node's status up to date (at once when something changes, else every five minutes).
public final class NodeReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeReporter.class);
    private static final String LEASE_NAMESPACE = "kube-node-lease";
    private static final int LEASE_SECONDS = 40;
    private static final Duration HEARTBEAT = Duration.ofMinutes(5);
    private static final Duration RETRY = Duration.ofSeconds(1);

    /// A node that has only just started waits for its range of addresses: it is to be ready as soon as it can.
    private static final Duration LOOK_UNTIL_READY = Duration.ofMillis(200);

    private final Self self;
    private final Client client;
    private final ContainerRuntime runtime;
    private final RuntimeHealth health;
    private final Clock clock;
    private final List<Thread> threads;
    private boolean beenReady; // of the thread that reports

    /// What the node says of itself.
    ///
    /// @param capacity by resource
    /// @param podCidr "" leaves it to others
    /// @param port of the kubelet's server; 0 for none
    /// @param lease, status how often each is renewed
    public record Self(
            String name,
            Machine machine,
            Map<String, String> capacity,
            List<String> addresses,
            Map<String, String> labels,
            List<ObjectTree> taints,
            String podCidr,
            int port,
            String version,
            Duration lease,
            Duration status) {}

    public NodeReporter(Self self, Client client, ContainerRuntime runtime, Clock clock) {
        this.self = self;
        this.client = client;
        this.runtime = runtime;
        this.health = new RuntimeHealth(clock);
        this.clock = clock;
        this.threads = List.of(
                Thread.ofVirtual().name("node-status").unstarted(() -> repeat(this::report)),
                Thread.ofVirtual().name("node-lease").unstarted(() -> repeat(this::renew)));
    }

    public void start() {
        threads.forEach(Thread::start);
    }

    /// @param step says how long until the next
    private void repeat(Supplier<Duration> step) {
        try {
            while (true) {
                Duration pause;
                try {
                    pause = step.get();
                } catch (ApiException | ContainerRuntimeException failure) {
                    LOG.warn("node {}: {}", self.name(), failure.getMessage());
                    pause = RETRY;
                }
                clock.sleep(pause);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration report() {
        var nodes = client.resource(Nodes.DEFINITION);
        var found = nodes.find(self.name());
        var node = found.isPresent() ? labelled(found.get()) : nodes.create(fresh());
        var seen = seen();
        var wanted = NodeStatuses.of(node, seen, clock.now());
        boolean due = lastHeartbeat(node).plus(HEARTBEAT).isBefore(clock.now());
        if (due || !NodeStatuses.same(node.status(), wanted))
            nodes.patch(self.name(), PatchType.STRATEGIC, NodeStatuses.patch(wanted), WriteOptions.PLAIN, "status");
        beenReady |= seen.problem().isEmpty();
        return beenReady ? self.status() : LOOK_UNTIL_READY;
    }

    private NodeStatuses.Seen seen() {
        var answer = health.look(runtime);
        return new NodeStatuses.Seen(
                self.machine(),
                self.capacity(),
                self.addresses(),
                self.port(),
                self.version(),
                answer.version(),
                answer.images(),
                answer.problem());
    }

    private static Instant lastHeartbeat(Node node) {
        return node.status().conditions().stream()
                .filter(one -> one.type().equals("Ready"))
                .findFirst()
                .flatMap(NodeCondition::findLastHeartbeatTime)
                .orElse(Instant.EPOCH);
    }

    private Node fresh() {
        var spec = Node.EMPTY.spec();
        if (!self.taints().isEmpty())
            spec = spec.withTaints(self.taints().stream().map(Taint::of).toList());
        if (!self.podCidr().isEmpty()) spec = spec.withPodCIDR(self.podCidr()).withPodCIDRs(List.of(self.podCidr()));
        var metadata = Node.EMPTY.metadata().withName(self.name()).withLabels(labels());
        return Node.EMPTY.withMetadata(metadata).withSpec(spec);
    }

    private Node labelled(Node node) {
        var labels = new HashMap<>(node.metadata().labels());
        labels.putAll(labels());
        if (labels.equals(node.metadata().labels())) return node;
        return client.resource(Nodes.DEFINITION)
                .update(node.withMetadata(node.metadata().withLabels(labels)));
    }

    private Map<String, String> labels() {
        var labels = new HashMap<String, String>();
        labels.put("kubernetes.io/hostname", self.name());
        labels.put("kubernetes.io/os", "linux");
        labels.put("kubernetes.io/arch", self.machine().architecture());
        labels.put("beta.kubernetes.io/os", "linux");
        labels.put("beta.kubernetes.io/arch", self.machine().architecture());
        labels.putAll(self.labels());
        return labels;
    }

    /// The Node as this kubelet knows it before the API does.
    public Node initial() {
        return fresh().withStatus(
                        Node.EMPTY.status().withCapacity(self.capacity()).withAllocatable(self.capacity()));
    }

    private Duration renew() {
        var leases = client.resource(Leases.DEFINITION).inNamespace(LEASE_NAMESPACE);
        var held = leases.find(self.name());
        var lease = owned(held.orElseGet(this::lease));
        if (lease.metadata().ownerReferences().isEmpty()) return RETRY; // the Node is not there yet
        var spec = lease.spec()
                .withHolderIdentity(self.name())
                .withLeaseDurationSeconds(LEASE_SECONDS)
                .withRenewTime(clock.now());
        if (held.isEmpty()) leases.create(lease.withSpec(spec));
        else leases.update(lease.withSpec(spec));
        return self.lease();
    }

    private Lease lease() {
        return Lease.EMPTY.withMetadata(
                Lease.EMPTY.metadata().withName(self.name()).withNamespace(LEASE_NAMESPACE));
    }

    /// Owned by the Node, so that it goes with it; one that an earlier agent left without an owner gets it now.
    private Lease owned(Lease lease) {
        if (!lease.metadata().ownerReferences().isEmpty()) return lease;
        return client.resource(Nodes.DEFINITION)
                .find(self.name())
                .map(node -> Lease.of(lease.tree().withAt(ListTree.of(reference(node)), "metadata", "ownerReferences")))
                .orElse(lease);
    }

    private static ObjectTree reference(Node node) {
        return ObjectTree.of("apiVersion", "v1", "kind", "Node", "name", node.name(), "uid", node.uid());
    }

    @Override
    public void close() {
        threads.forEach(Thread::interrupt);
    }
}
