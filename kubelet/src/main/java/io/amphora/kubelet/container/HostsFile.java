package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Pod;
import java.util.List;

/// A Pod's /etc/hosts.
public final class HostsFile {
    private static final String LOCAL = """
            # Kubernetes-managed hosts file.
            127.0.0.1\tlocalhost
            ::1\tlocalhost ip6-localhost ip6-loopback
            fe00::0\tip6-localnet
            fe00::0\tip6-mcastprefix
            fe00::1\tip6-allnodes
            fe00::2\tip6-allrouters
            """;

    private HostsFile() {}

    /// @param hostFile this machine's own, for Pods on the node's network
    public static String of(Pod pod, List<String> podIps, String clusterDomain, String hostFile) {
        var text = new StringBuilder();
        if (pod.spec().hostNetwork())
            text.append("# Kubernetes-managed hosts file (host network).\n").append(hostFile);
        else {
            text.append(LOCAL);
            String hostname = Hostnames.of(pod);
            String full = Hostnames.full(pod, clusterDomain);
            for (String ip : podIps) {
                text.append(ip).append('\t');
                if (!full.isEmpty()) text.append(full).append('\t');
                text.append(hostname).append('\n');
            }
        }
        if (!pod.spec().hostAliases().isEmpty()) {
            text.append("\n# Entries added by HostAliases.\n");
            for (var alias : pod.spec().hostAliases())
                text.append(alias.ip())
                        .append('\t')
                        .append(String.join("\t", alias.hostnames()))
                        .append('\n');
        }
        return text.toString();
    }
}
