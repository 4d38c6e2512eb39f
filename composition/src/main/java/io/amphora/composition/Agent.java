package io.amphora.composition;

import io.amphora.api.core.v1.Nodes;
import io.amphora.client.Client;
import io.amphora.client.HttpTransport;
import io.amphora.client.Informers;
import io.amphora.composition.Installation.NodeFiles;
import io.amphora.controllers.network.ClusterDnsController;
import io.amphora.dns.ClusterDns;
import io.amphora.kubelet.Kubelet;
import io.amphora.kubelet.KubeletConfig;
import io.amphora.kubelet.node.PodNetwork;
import io.amphora.machinery.time.Clock;
import io.amphora.proxy.HealthServers;
import io.amphora.proxy.NodeRoutes;
import io.amphora.proxy.Ruleset;
import io.amphora.proxy.ServiceProxy;
import io.amphora.runtime.Containerd;
import io.amphora.runtime.CriRuntime;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A node: containerd, the kubelet, the service proxy, the routes to other nodes' Pods and the cluster's names, put
/// together once. It works in the network namespace that it is started in.
///
/// What it started in the kernel and in containerd outlives it, so that traffic goes on while it is away.
final class Agent implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int KUBELET_PORT = 10250;
    private static final int DNS_PORT = 53;
    /// Between Pods, and from 127.0.0.1 to Pods (ports of the host).
    private static final List<Path> FORWARDING =
            List.of(Path.of("/proc/sys/net/ipv4/ip_forward"), Path.of("/proc/sys/net/ipv4/conf/all/route_localnet"));

    private final List<AutoCloseable> parts;

    private Agent(List<AutoCloseable> parts) {
        this.parts = parts;
    }

    /// @param address of this node, by which the others reach it
    /// @param labels for the Node
    record Options(String name, String address, Map<String, String> labels) {}

    static Agent start(Options options, NodeFiles files, Membership membership, Clock clock) throws IOException {
        ClusterNetwork network = membership.network();
        for (Path setting : FORWARDING) Files.writeString(setting, "1");
        Containerd containerd = Containerd.start(files.containerd(), clock);
        CriRuntime runtime = containerd.runtime(clock);
        var client = new Client(new HttpTransport(membership.kubeconfig().connection("")), "kubelet");
        var informers = new Informers(client, clock);
        followNode(informers, options.name(), new PodNetwork(files.containerd().cniConfig()));
        var routes = new NodeRoutes(informers, options.name(), clock);
        var names = new ClusterDns(
                informers, new InetSocketAddress(options.address(), DNS_PORT), network.domain(), Upstreams.ofMachine());
        var keeper = new ContainerdKeeper(containerd, clock);
        var kubelet = Kubelet.start(
                kubeletConfig(options, files, membership, network),
                client,
                runtime,
                new DockerImages(containerd, clock),
                clock);
        var proxy = new ServiceProxy(
                        informers, new Ruleset.Place(options.name()), network.podCidr(), network.serviceCidr(), clock)
                .withHostPorts(kubelet.pods())
                .start();
        var health = new HealthServers(informers, options.name(), options.address(), clock).start(HealthServers.PORT);
        LOG.info("node {} at {}", options.name(), options.address());
        return new Agent(List.of(kubelet, keeper, names, health, proxy, routes, informers, runtime, client));
    }

    private static void followNode(Informers informers, String name, PodNetwork podNetwork) {
        informers.informer(Nodes.DEFINITION).onChange((before, now) -> {
            if (now != null && now.name().equals(name)) podNetwork.follow(now);
        });
    }

    private static KubeletConfig kubeletConfig(
            Options options, NodeFiles files, Membership membership, ClusterNetwork network) {
        var labels = new HashMap<>(options.labels());
        labels.put(ClusterDnsController.LABEL, "true");
        return KubeletConfig.of(options.name(), files.kubelet(), List.of(options.address()))
                .withDns(List.of(network.dnsAddress()), network.domain())
                .withCgroupRoot(files.cgroup())
                .withLabels(labels)
                .withServer(new KubeletConfig.Server(options.address(), KUBELET_PORT, membership.serving()));
    }

    @Override
    public void close() {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception failure) {
                LOG.warn("stopping {} failed", part, failure);
            }
        }
    }
}
