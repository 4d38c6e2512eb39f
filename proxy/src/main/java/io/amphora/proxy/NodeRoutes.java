package io.amphora.proxy;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.client.Informer;
import io.amphora.client.Informers;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has one thread that keeps a route to the Pods of every other node: `podCIDR via the node's address`.
public final class NodeRoutes implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeRoutes.class);

    private final Informer<Node> nodes;
    private final String self;
    private final Clock clock;
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread;
    private SortedMap<String, String> installed = new TreeMap<>();

    /// @param self the node that this is, which needs no route to itself; "" for a machine that is none
    public NodeRoutes(Informers informers, String self, Clock clock) {
        this.nodes = informers.informer(Nodes.DEFINITION).onChange((before, now) -> changes.release());
        this.self = self;
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("node-routes").start(this::run);
    }

    private void run() {
        try {
            nodes.awaitSync(Duration.ofDays(1));
            while (true) {
                changes.drainPermits();
                if (install(wanted(nodes.snapshot().list(), self))) changes.acquire();
                else clock.sleep(Duration.ofSeconds(1));
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
        boolean done = true;
        for (var route : installed.entrySet())
            if (!wanted.containsKey(route.getKey())) ip("route", "del", route.getKey(), "via", route.getValue());
        var now = new TreeMap<String, String>();
        for (var route : wanted.entrySet()) {
            boolean there = route.getValue().equals(installed.get(route.getKey()));
            if (there || ip("route", "replace", route.getKey(), "via", route.getValue()))
                now.put(route.getKey(), route.getValue());
            else done = false;
        }
        installed = now;
        return done;
    }

    private static boolean ip(String... arguments) {
        var command = new java.util.ArrayList<>(java.util.List.of("ip"));
        command.addAll(java.util.List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            boolean done = process.waitFor() == 0;
            if (!done) LOG.warn("{}: {}", String.join(" ", command), said.strip());
            return done;
        } catch (IOException failure) {
            LOG.warn("cannot run ip: {}", failure.getMessage());
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
