package io.amphora.proxy;

import io.amphora.api.ApiObject;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Service;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.client.Index;
import io.amphora.client.Informer;
import io.amphora.client.Informers;
import io.amphora.machinery.time.Clock;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has one thread that keeps the packet filter of this network namespace as the Services want it, and the Pods with
/// host ports. Changes that come while it works are taken together; what did not change costs nothing.
public final class ServiceProxy implements AutoCloseable {
    /// The one table of the packet filter that is ours, of the family `ip`.
    public static final String TABLE = "amphora-proxy";

    private static final Logger LOG = LoggerFactory.getLogger(ServiceProxy.class);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);
    private static final String SERVICE_NAME = "kubernetes.io/service-name";
    private static final String SERVICE = "service ";
    private static final String POD = "pod ";

    static final Index<EndpointSlice> BY_SERVICE = new Index<>("service", ServiceProxy::serviceOf);

    private final Informer<Service> services;
    private final Informer<EndpointSlice> slices;
    private final Informers informers;
    private final Ruleset.Place place;
    private final String base;
    private final Clock clock;
    private final Queue<String> changed = new ConcurrentLinkedQueue<>();
    private final Semaphore changes = new Semaphore(0);
    private @Nullable Informer<Pod> pods;
    private @Nullable Thread thread;

    /// What the kernel has; null before the first time, and when that is not known.
    private @Nullable Ruleset applied;

    /// @param place where the rules are to stand
    /// @param podCidr the addresses of all Pods
    /// @param serviceCidr the addresses of all Services
    public ServiceProxy(Informers informers, Ruleset.Place place, String podCidr, String serviceCidr, Clock clock) {
        this.informers = informers;
        this.services = informers.informer(Services.DEFINITION);
        this.slices = informers.informer(EndpointSlices.DEFINITION).withIndex(BY_SERVICE);
        this.place = place;
        this.base = NftScript.base(podCidr, serviceCidr);
        this.clock = clock;
    }

    /// Opens the host ports of these Pods too.
    ///
    /// @param pods those of this node
    public ServiceProxy withHostPorts(Informer<Pod> pods) {
        this.pods = pods;
        return this;
    }

    public ServiceProxy start() {
        services.onChange(this::mark);
        slices.onChange(this::mark);
        if (pods != null) pods.onChange(this::mark);
        thread = Thread.ofVirtual().name("service-proxy").start(this::run);
        return this;
    }

    /// That a part is to be looked at again.
    private void mark(@Nullable ApiObject before, @Nullable ApiObject now) {
        for (ApiObject each : Arrays.asList(before, now)) if (each != null) changed.addAll(parts(each));
        changes.release();
    }

    private void run() {
        try {
            while (!informers.awaitSync(Duration.ofMinutes(1))
                    || pods != null && !pods.awaitSync(Duration.ofMinutes(1)))
                LOG.warn("still waiting for the first lists of Services");
            while (true) {
                changes.drainPermits();
                try {
                    apply();
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

    private void apply() throws IOException {
        Set<String> parts = new TreeSet<>();
        for (String part = changed.poll(); part != null; part = changed.poll()) parts.add(part);
        Ruleset before = applied;
        if (before == null) parts = all();
        Ruleset from = before == null ? Ruleset.EMPTY : before;
        Ruleset wanted = from;
        for (String part : parts) wanted = wanted.with(part, rules(part));
        String script = (before == null ? base : "") + NftScript.between(from, wanted, parts);
        if (!script.isEmpty()) Nft.apply(script);
        applied = wanted;
        if (before != null) StaleUdp.between(before, wanted, parts).forEach(Nft::forgetUdp);
    }

    private Set<String> all() {
        var all = new TreeSet<String>();
        services.snapshot().list().forEach(service -> all.addAll(parts(service)));
        if (pods != null) pods.snapshot().list().forEach(pod -> all.addAll(parts(pod)));
        return all;
    }

    private Rules rules(String part) {
        boolean isService = part.startsWith(SERVICE);
        String key = part.substring((isService ? SERVICE : POD).length());
        String namespace = key.substring(0, key.indexOf('/'));
        String name = key.substring(key.indexOf('/') + 1);
        if (isService)
            return services.snapshot()
                    .find(namespace, name)
                    .map(service -> ServiceRules.of(service, slices.snapshot().by(BY_SERVICE, key), place))
                    .orElse(Rules.NONE);
        return pods == null
                ? Rules.NONE
                : pods.snapshot().find(namespace, name).map(HostPortRules::of).orElse(Rules.NONE);
    }

    /// The parts that an object has to do with: a slice with its Service's.
    private static List<String> parts(ApiObject object) {
        return switch (object) {
            case EndpointSlice slice ->
                serviceOf(slice).stream().map(service -> SERVICE + service).toList();
            case Pod pod -> List.of(POD + pod.namespace() + "/" + pod.name());
            default -> List.of(SERVICE + object.namespace() + "/" + object.name());
        };
    }

    private static List<String> serviceOf(EndpointSlice slice) {
        String service = slice.metadata().labels().get(SERVICE_NAME);
        return service == null ? List.of() : List.of(slice.namespace() + "/" + service);
    }

    /// Stops following; the rules stay, so that traffic goes on while the agent restarts.
    @Override
    public void close() {
        if (thread != null) thread.interrupt();
    }

    /// Takes the rules away.
    public static void remove() throws IOException {
        Nft.apply(NftScript.removal());
    }
}
