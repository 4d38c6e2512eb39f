package io.amphora.proxy;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.client.Informer;
import io.amphora.client.Informers;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has one thread that keeps a route to the Pods of every other node: `podCIDR via the node's address`. It also looks
/// every now and then, since the kernel drops the routes of a link that goes down, and nobody gives them back.
public final class NodeRoutes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRoutes.class);
    private static final Duration LOOK = Duration.ofSeconds(10);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Informer<Node> nodes;
    private final String self;
    private final Clock clock;
    private final Semaphore occasions = new Semaphore(0);
    private final Thread thread;
    private String complaint = "";

    /// @param self the node that this is, which needs no route to itself; "" for a machine that is none
    public NodeRoutes(Informers informers, String self, Clock clock) {
        this.nodes = informers.informer(Nodes.DEFINITION).onChange((before, now) -> occasions.release());
        this.self = self;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("node-routes").start(this::run);
    }

    private void run() {
        try {
            nodes.awaitSync(Duration.ofDays(1));
            while (true) {
                occasions.drainPermits();
                boolean done = install(wanted(nodes.snapshot().list(), self));
                Clock.Timer next = clock.after(done ? LOOK : RETRY, occasions::release);
                occasions.acquire();
                next.cancel();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /// The next hop of each range of Pod addresses.
    static SortedMap<String, String> wanted(Collection<Node> nodes, String self) {
        var routes = new TreeMap<String, String>();
        for (Node node : nodes) {
            if (node.name().equals(self) || node.spec().podCIDR().isEmpty()) continue;
            node.status().addresses().stream()
                    .filter(address -> address.type().equals("InternalIP"))
                    .findFirst()
                    .ifPresent(address -> routes.put(node.spec().podCIDR(), address.address()));
        }
        return routes;
    }

    private boolean install(SortedMap<String, String> wanted) {
        try {
            RouteTable.change(RouteTable.read(), wanted);
            complaint = "";
            return true;
        } catch (IOException failure) {
            String why = String.valueOf(failure.getMessage());
            if (!why.equals(complaint)) LOG.warn("routes to the Pods of other nodes: {}", why);
            complaint = why;
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
