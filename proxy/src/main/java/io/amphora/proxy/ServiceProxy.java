package io.amphora.proxy;

import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.client.Informer;
import io.amphora.client.Informers;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has one thread that keeps the packet filter of this network namespace as the Services want it. Changes that
/// come
/// while it
/// works are taken together.
public final class ServiceProxy implements AutoCloseable {
    /// The one table of the packet filter that is ours, of the family `ip`.
    public static final String TABLE = "amphora-proxy";

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProxy.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Informers informers;
    private final Ruleset.Place place;
    private final String base;
    private final Clock clock;
    private final Semaphore changes = new Semaphore(0);
    private final Thread thread;
    private @Nullable Ruleset applied;

    /// @param place where the rules are to stand
    /// @param podCidr the addresses of all Pods
    /// @param serviceCidr the addresses of all Services
    public ServiceProxy(Informers informers, Ruleset.Place place, String podCidr, String serviceCidr, Clock clock) {
        this.informers = informers;
        this.services = informers.informer(Services.DEFINITION).onChange((before, now) -> changes.release());
        this.slices = informers.informer(EndpointSlices.DEFINITION).onChange((before, now) -> changes.release());
        this.place = place;
        this.base = NftScript.base(podCidr, serviceCidr);
        this.clock = clock;
        this.thread = Thread.ofVirtual().name("service-proxy").start(this::run);
    }

    private void run() {
        try {
            while (!informers.awaitSync(Duration.ofMinutes(1)))
                LOG.warn("still waiting for the first lists of Services");
            while (true) {
                changes.drainPermits();
                try {
                    apply(Ruleset.of(services.snapshot().list(), byService(), place));
                    changes.acquire();
                } catch (IOException refused) {
                    LOG.error("the packet filter refuses the rules; starting anew: {}", refused.getMessage());
                    applied = null;
                    clock.sleep(PAUSE_AFTER_FAILURE);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void apply(Ruleset wanted) throws IOException {
        Ruleset before = applied;
        String script =
                before == null ? base + NftScript.between(Ruleset.EMPTY, wanted) : NftScript.between(before, wanted);
        if (!script.isEmpty()) Nft.apply(script);
        applied = wanted;
        if (before != null) forgetGoneUdp(before, wanted);
    }

    private static void forgetGoneUdp(Ruleset before, Ruleset now) {
        var gone = new TreeSet<>(before.udpTargets());
        gone.removeAll(now.udpTargets());
        gone.forEach(Nft::forgetUdp);
    }

    private Map<String, List<EndpointSlice>> byService() {
        var byService = new HashMap<String, List<EndpointSlice>>();
        for (EndpointSlice slice : slices.snapshot().list()) {
            String service = slice.metadata().labels().get(SERVICE_NAME);
            if (service != null)
                byService
                        .computeIfAbsent(slice.namespace() + "/" + service, any -> new ArrayList<>())
                        .add(slice);
        }
        return byService;
    }

    /// Stops following; the rules stay, so that traffic goes on while the agent restarts.
    @Override
    public void close() {
        thread.interrupt();
    }

    /// Takes the rules away.
    public static void remove() throws IOException {
        Nft.apply(NftScript.removal());
    }
}
