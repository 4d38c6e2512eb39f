package io.amphora.kubelet;

import io.amphora.http.Tls;
import io.amphora.kubelet.image.ImagePuller;
import io.amphora.kubelet.log.LogRotation;
import io.amphora.kubelet.plan.Backoff;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a node agent is told when it starts. Start from [#of] and change what differs.
///
/// @param root a folder of this node alone: Pods' volumes, logs
/// @param addresses of the node, the main one first
/// @param clusterDns servers for Pods
/// @param clusterDomain `cluster.local`
/// @param podCidr from which the node's Pods get addresses; "" leaves that to others
/// @param capacity replaces what the machine has (`cpu`, `memory`, …), for several nodes on one machine
/// @param taints as in the Node's spec
/// @param cgroupRoot under which all Pods' cgroups lie: `/kubepods`, or one per node
/// @param server empty for a node without logs and exec
/// @param version what `kubectl get nodes` shows
public record KubeletConfig(
        String nodeName,
        Path root,
        List<String> addresses,
        List<String> clusterDns,
        String clusterDomain,
        String podCidr,
        Map<String, String> capacity,
        int maxPods,
        Map<String, String> labels,
        List<ObjectTree> taints,
        String cgroupRoot,
        Optional<Server> server,
        Timing timing,
        String version) {

    /// @param port 10250 by custom; 0 for any free one
    /// @param tls our certificate, and the authority that signs the API server's client certificate
    public record Server(String address, int port, Tls tls) {}

    /// @param lease how often the node's Lease is renewed
    /// @param status how often the node is looked at
    /// @param look how often a Pod is looked at when nothing seems to happen
    /// @param refresh how often volumes are brought up to date with their objects
    public record Timing(
            Duration lease,
            Duration status,
            Duration look,
            Duration refresh,
            Backoff.Policy restarts,
            ImagePuller.Limits pulls,
            LogRotation.Limits logs) {
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(10),
                Duration.ofSeconds(60),
                Backoff.Policy.DEFAULT,
                ImagePuller.Limits.DEFAULT,
                LogRotation.Limits.DEFAULT);

        public Timing withRestarts(Backoff.Policy policy) {
            return new Timing(lease, status, look, refresh, policy, pulls, logs);
        }

        public Timing withRefresh(Duration period) {
            return new Timing(lease, status, look, period, restarts, pulls, logs);
        }

        public Timing withPulls(ImagePuller.Limits limits) {
            return new Timing(lease, status, look, refresh, restarts, limits, logs);
        }
    }

    public static KubeletConfig of(String nodeName, Path root, List<String> addresses) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                List.of(),
                "cluster.local",
                "",
                Map.of(),
                110,
                Map.of(),
                List.of(),
                "/kubepods",
                Optional.empty(),
                Timing.DEFAULT,
                "v1.36.0");
    }

    public KubeletConfig withDns(List<String> servers, String domain) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                servers,
                domain,
                podCidr,
                capacity,
                maxPods,
                labels,
                taints,
                cgroupRoot,
                server,
                timing,
                version);
    }

    public KubeletConfig withPodCidr(String cidr) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                clusterDns,
                clusterDomain,
                cidr,
                capacity,
                maxPods,
                labels,
                taints,
                cgroupRoot,
                server,
                timing,
                version);
    }

    public KubeletConfig withCapacity(Map<String, String> amounts) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                clusterDns,
                clusterDomain,
                podCidr,
                amounts,
                maxPods,
                labels,
                taints,
                cgroupRoot,
                server,
                timing,
                version);
    }

    public KubeletConfig withLabels(Map<String, String> more) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                clusterDns,
                clusterDomain,
                podCidr,
                capacity,
                maxPods,
                more,
                taints,
                cgroupRoot,
                server,
                timing,
                version);
    }

    public KubeletConfig withTaints(List<ObjectTree> wanted) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                clusterDns,
                clusterDomain,
                podCidr,
                capacity,
                maxPods,
                labels,
                wanted,
                cgroupRoot,
                server,
                timing,
                version);
    }

    public KubeletConfig withCgroupRoot(String path) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                clusterDns,
                clusterDomain,
                podCidr,
                capacity,
                maxPods,
                labels,
                taints,
                path,
                server,
                timing,
                version);
    }

    public KubeletConfig withServer(Server endpoint) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                clusterDns,
                clusterDomain,
                podCidr,
                capacity,
                maxPods,
                labels,
                taints,
                cgroupRoot,
                Optional.of(endpoint),
                timing,
                version);
    }

    public KubeletConfig withTiming(Timing changed) {
        return new KubeletConfig(
                nodeName,
                root,
                addresses,
                clusterDns,
                clusterDomain,
                podCidr,
                capacity,
                maxPods,
                labels,
                taints,
                cgroupRoot,
                server,
                changed,
                version);
    }

    public Path pods() {
        return root.resolve("pods");
    }

    /// The node's own credentials of registries, as Docker's `config.json`.
    public Path registryCredentials() {
        return root.resolve("config.json");
    }

    public Path logs() {
        return root.resolve("logs");
    }
}
