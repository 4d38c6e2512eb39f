package io.amphora.kubelet;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.api.core.v1.Services;
import io.amphora.client.Client;
import io.amphora.client.EventRecorder;
import io.amphora.client.Informer;
import io.amphora.client.ListOptions;
import io.amphora.kubelet.access.Access;
import io.amphora.kubelet.admission.Host;
import io.amphora.kubelet.admission.PodAdmission;
import io.amphora.kubelet.admission.Rejection;
import io.amphora.kubelet.container.Dns;
import io.amphora.kubelet.container.Labels;
import io.amphora.kubelet.image.ImageGarbage;
import io.amphora.kubelet.image.ImagePuller;
import io.amphora.kubelet.image.LocalImages;
import io.amphora.kubelet.log.LogRotation;
import io.amphora.kubelet.node.Cgroups;
import io.amphora.kubelet.node.Machine;
import io.amphora.kubelet.node.NodeReporter;
import io.amphora.kubelet.plan.Observed;
import io.amphora.kubelet.probe.Handlers;
import io.amphora.kubelet.probe.Hooks;
import io.amphora.kubelet.server.KubeletServer;
import io.amphora.kubelet.server.NodePods;
import io.amphora.kubelet.volume.Volumes;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node agent: registers its node, follows the Pods that are bound to it and gives each a [PodWorker]; has
/// one
/// thread that keeps
/// house. What runs in the runtime outlives it: a kubelet that starts again finds its Pods' containers by their
/// labels
/// and goes on.
///
/// ```
///   API ──Pods of this node──▶ PodWorker (one per Pod) ──▶ ContainerRuntime
///    ▲                              │        ▲                   │
///    └──────────status──────────────┘        └──────events───────┘
/// ```
public final class Kubelet implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Kubelet.class);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(10);
    private static final Duration STATE_LAG = Duration.ofSeconds(2);
    private static final Duration STATE_LOOK = Duration.ofMillis(10);
    private static final Duration SYNC = Duration.ofMinutes(1);

    private final NodeParts node;
    private final Informer<Pod> pods;
    private final Informer<io.amphora.api.core.v1.Service> services;
    private final Informer<Node> nodes;
    private final Host host = Host.read();
    private final NodeReporter reporter;
    private final LogRotation rotation;
    private final ImageGarbage garbage;
    private final @Nullable KubeletServer server;
    private final Map<String, PodWorker> workers = new ConcurrentHashMap<>();
    private final Map<String, String> podOfContainer = new ConcurrentHashMap<>();
    private final Thread housekeeper =
            Thread.ofVirtual().name("kubelet-housekeeping").unstarted(this::keepHouse);
    private final ContainerRuntime.Subscription events;
    private volatile boolean closed;

    private Kubelet(KubeletConfig config, Client client, ContainerRuntime runtime, LocalImages beside, Clock clock)
            throws IOException {
        Files.createDirectories(config.pods());
        Files.createDirectories(config.logs());
        var machine = Machine.read(config.root());
        var capacity = new HashMap<>(machine.capacity(config.maxPods()));
        capacity.putAll(config.capacity());
        var handlers = new Handlers(runtime);
        services = new Informer<>(client.resource(Services.DEFINITION), clock);
        nodes = new Informer<>(
                client.resource(Nodes.DEFINITION),
                ListOptions.ALL.withFields("metadata.name=" + config.nodeName()),
                clock);
        pods = new Informer<>(
                client.resource(Pods.DEFINITION),
                ListOptions.ALL.withFields("spec.nodeName=" + config.nodeName()),
                clock);
        node = new NodeParts(
                config,
                client,
                runtime,
                new Volumes(config.pods(), client, clock),
                new ImagePuller(runtime, beside, clock, config.timing().pulls()),
                handlers,
                new Hooks(handlers, clock),
                Cgroups.ofMachine(),
                new EventRecorder(client, clock, "kubelet", config.nodeName()),
                clock,
                () -> services.snapshot().list(),
                Map.copyOf(capacity),
                hostDns(),
                clock.now());
        rotation = new LogRotation(runtime, clock, config.timing().logs());
        var self =
                ObjectTree.of("kind", "Node", "apiVersion", "v1", "name", config.nodeName(), "uid", config.nodeName());
        garbage = new ImageGarbage(
                runtime, clock, (reason, message) -> node.events().event(self, "Warning", reason, message));
        server = config.server().isPresent() ? serve(config.server().get(), client) : null;
        reporter = new NodeReporter(self(machine, server == null ? 0 : server.port()), client, runtime, clock);
        events = runtime.events(this::happened);
    }

    /// Starts all that belongs to a node and returns; the node becomes Ready by itself.
    ///
    /// @param client with the rights of a node
    /// @throws IOException when the server's port is taken, or the root folder can't be written
    public static Kubelet start(KubeletConfig config, Client client, ContainerRuntime runtime, Clock clock)
            throws IOException {
        return start(config, client, runtime, LocalImages.NONE, clock);
    }

    /// @param beside where an image is looked for before a registry is asked
    public static Kubelet start(
            KubeletConfig config, Client client, ContainerRuntime runtime, LocalImages beside, Clock clock)
            throws IOException {
        var kubelet = new Kubelet(config, client, runtime, beside, clock);
        kubelet.begin();
        return kubelet;
    }

    /// The Pods of this node.
    public Informer<Pod> pods() {
        return pods;
    }

    private void begin() {
        reporter.start();
        services.start();
        nodes.start();
        Thread.ofVirtual().name("kubelet-start").start(() -> {
            try {
                // A container's environment names the Services, so they come first.
                services.awaitSync(SYNC);
                nodes.awaitSync(SYNC);
                pods.onChange(this::changed).start();
                while (!pods.awaitSync(SYNC))
                    LOG.warn("node {}: still no list of Pods", node.config().nodeName());
                adoptOrphans();
                housekeeper.start();
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private NodeReporter.Self self(Machine machine, int port) {
        var config = node.config();
        return new NodeReporter.Self(
                config.nodeName(),
                machine,
                node.allocatable(),
                config.addresses(),
                config.labels(),
                config.taints(),
                config.podCidr(),
                port,
                config.version(),
                config.timing().lease(),
                config.timing().status());
    }

    private KubeletServer serve(KubeletConfig.Server where, Client client) throws IOException {
        var options = KubeletServer.options(where.address(), where.port(), where.tls());
        return new KubeletServer(
                options,
                new Access(client, node.clock(), node.config().nodeName()),
                new Known(),
                node.runtime(),
                node.clock(),
                node.config().nodeName(),
                node.config().logs());
    }

    /// The port of the node's own server; 0 without one.
    public int port() {
        return server == null ? 0 : server.port();
    }

    /// How many Pods this node works on, for tests and for a summary.
    public int podCount() {
        return workers.size();
    }

    private void changed(@Nullable Pod before, @Nullable Pod now) {
        if (before != null && (now == null || !now.uid().equals(before.uid()))) {
            var worker = workers.get(before.uid());
            if (worker != null) worker.gone(before);
        }
        if (now == null) return;
        var worker = workers.get(now.uid());
        if (worker != null) worker.offer(now);
        else begin(now, false);
    }

    private void begin(Pod pod, boolean gone) {
        if (closed) return;
        var rejection = isNew(pod) && !gone ? rejection(pod) : Optional.<Rejection>empty();
        var worker = new PodWorker(node, pod, gone, rejection, () -> workers.remove(pod.uid()));
        if (workers.putIfAbsent(pod.uid(), worker) == null) worker.start();
    }

    /// A Pod that this node has taken before, it keeps.
    private static boolean isNew(Pod pod) {
        return pod.status().findStartTime().isEmpty()
                && pod.metadata().findDeletionTimestamp().isEmpty();
    }

    private Optional<Rejection> rejection(Pod pod) {
        var itself = nodes.snapshot().list().stream().findFirst().orElse(Node.EMPTY);
        // A node that has only just registered has not said yet what it has.
        if (itself.status().allocatable().isEmpty())
            itself = itself.withStatus(itself.status().withAllocatable(node.allocatable()));
        var others = workers.values().stream()
                .filter(PodWorker::isActive)
                .map(PodWorker::pod)
                .filter(other -> !other.uid().equals(pod.uid()))
                .toList();
        return PodAdmission.judge(pod, itself, others, host);
    }

    /// What runs here although its Pod is no longer in the API ends as if the Pod had just been deleted; so do
    /// folders
    /// of such Pods.
    private void adoptOrphans() {
        try {
            for (var sandbox : node.runtime().sandboxes(Map.of())) {
                var labels = sandbox.labels();
                String uid = labels.getOrDefault(Labels.POD_UID, "");
                if (!uid.isEmpty() && !workers.containsKey(uid)) begin(remembered(labels), true);
            }
            for (String uid : node.volumes().known())
                if (!workers.containsKey(uid)) node.volumes().tearDown(uid);
        } catch (ContainerRuntimeException | IOException failure) {
            LOG.warn("looking for orphans: {}", failure.getMessage());
        }
    }

    private static Pod remembered(Map<String, String> labels) {
        var metadata = ObjectTree.of(
                "name", labels.getOrDefault(Labels.POD_NAME, ""),
                "namespace", labels.getOrDefault(Labels.POD_NAMESPACE, ""),
                "uid", labels.getOrDefault(Labels.POD_UID, ""));
        return Pod.of(Pod.EMPTY.tree().with("metadata", metadata));
    }

    private void keepHouse() {
        try {
            while (true) {
                node.clock().sleep(HOUSEKEEPING);
                try {
                    rotation.run();
                    adoptOrphans();
                    garbage.run();
                } catch (ContainerRuntimeException failure) {
                    LOG.warn("housekeeping: {}", failure.getMessage());
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /// On a thread of the runtime's.
    private void happened(ContainerRuntime.ContainerEvent event) {
        if (closed) return;
        Thread.ofVirtual().name("kubelet-event").start(() -> {
            try {
                if (event.type() == ContainerRuntime.ContainerEvent.Type.STOPPED) awaitStopped(event.id());
                var worker = workers.get(podOf(event.id()));
                if (worker != null) worker.wake();
            } catch (ContainerRuntimeException unavailable) {
                LOG.debug("event of {}: {}", event.id(), unavailable.getMessage());
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /// The runtime tells of an end a moment before its own lists show it.
    private void awaitStopped(String id) throws InterruptedException {
        var until = node.clock().deadline(STATE_LAG);
        while (!until.isOver()) {
            var status = node.runtime().findContainer(id);
            if (status.isEmpty() || status.get().container().state() != io.amphora.runtime.Container.State.RUNNING)
                return;
            node.clock().sleep(STATE_LOOK);
        }
    }

    private String podOf(String id) {
        String known = podOfContainer.get(id);
        if (known != null) return known;
        var fresh = new HashMap<String, String>();
        for (var sandbox : node.runtime().sandboxes(Map.of()))
            fresh.put(sandbox.id(), sandbox.labels().getOrDefault(Labels.POD_UID, ""));
        for (var container : node.runtime().containers(Map.of()))
            fresh.put(container.id(), container.labels().getOrDefault(Labels.POD_UID, ""));
        podOfContainer.putAll(fresh);
        podOfContainer.keySet().retainAll(new HashSet<>(fresh.keySet()));
        return fresh.getOrDefault(id, "");
    }

    private static io.amphora.runtime.Sandbox.Dns hostDns() {
        try {
            return Dns.parse(Files.readString(Path.of("/etc/resolv.conf")));
        } catch (IOException none) {
            return Dns.parse("");
        }
    }

    /// Ends the agent. Containers run on.
    @Override
    public void close() {
        closed = true;
        events.close();
        housekeeper.interrupt();
        pods.close();
        services.close();
        nodes.close();
        reporter.close();
        if (server != null) server.close();
        workers.values().forEach(PodWorker::close);
        workers.values().forEach(PodWorker::awaitEnd);
        node.events().close();
        node.handlers().close();
    }

    private final class Known implements NodePods {
        @Override
        public List<Pod> all() {
            return workers.values().stream().map(PodWorker::pod).toList();
        }

        @Override
        public Optional<NodePods.Known> find(String namespace, String name) {
            // Of two of a name the one that is there now, not the one that is on its way out.
            return workers.values().stream()
                    .filter(worker -> worker.pod().namespace().equals(namespace)
                            && worker.pod().name().equals(name))
                    .sorted((a, b) -> Boolean.compare(a.seen().gone(), b.seen().gone()))
                    .findFirst()
                    .map(worker -> new NodePods.Known() {
                        @Override
                        public Pod pod() {
                            return worker.pod();
                        }

                        @Override
                        public Observed seen() {
                            return worker.seen();
                        }
                    });
        }
    }
}
