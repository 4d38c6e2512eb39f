package io.amphora.dns;

import io.amphora.api.core.v1.Namespaces;
import io.amphora.api.core.v1.Services;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.api.discovery.v1.EndpointSlices;
import io.amphora.client.Informers;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// A [DnsServer] that follows a cluster. The zone is made anew when it is asked for after a change.
public final class ClusterDns implements AutoCloseable {
    private static final String SERVICE_NAME = "kubernetes.io/service-name";

    private final Informers informers;
    private final String domain;
    private final AtomicBoolean stale = new AtomicBoolean(true);
    private final DnsServer server;
    private volatile Zone zone;

    public ClusterDns(Informers informers, InetSocketAddress address, String domain, List<InetSocketAddress> upstream) {
        this.informers = informers;
        this.domain = domain;
        this.zone = Zone.of(List.of(), new HashMap<>(), List.of(), domain);
        informers.informer(Services.DEFINITION).onChange((before, now) -> stale.set(true));
        informers.informer(EndpointSlices.DEFINITION).onChange((before, now) -> stale.set(true));
        informers.informer(Namespaces.DEFINITION).onChange((before, now) -> stale.set(true));
        this.server = new DnsServer(address, this::zone, upstream);
    }

    public InetSocketAddress address() {
        return server.address();
    }

    private Zone zone() {
        if (stale.getAndSet(false)) zone = made();
        return zone;
    }

    private Zone made() {
        var byService = new HashMap<String, List<EndpointSlice>>();
        for (EndpointSlice slice :
                informers.informer(EndpointSlices.DEFINITION).snapshot().list()) {
            String service = slice.metadata().labels().get(SERVICE_NAME);
            if (service != null)
                byService
                        .computeIfAbsent(slice.namespace() + "/" + service, any -> new ArrayList<>())
                        .add(slice);
        }
        List<String> namespaces = informers.informer(Namespaces.DEFINITION).snapshot().list().stream()
                .map(each -> each.name())
                .toList();
        return Zone.of(informers.informer(Services.DEFINITION).snapshot().list(), byService, namespaces, domain);
    }

    @Override
    public void close() {
        server.close();
    }
}
