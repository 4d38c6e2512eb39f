package io.amphora.kubelet;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Secrets;
import io.amphora.api.core.v1.Service;
import io.amphora.client.Client;
import io.amphora.client.EventRecorder;
import io.amphora.kubelet.admission.Host;
import io.amphora.kubelet.container.RuntimeConfigs;
import io.amphora.kubelet.container.Surroundings;
import io.amphora.kubelet.image.ImagePuller;
import io.amphora.kubelet.log.LogFiles;
import io.amphora.kubelet.node.Cgroups;
import io.amphora.kubelet.probe.Handlers;
import io.amphora.kubelet.probe.Hooks;
import io.amphora.kubelet.volume.Volumes;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.time.Clock;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.Sandbox;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What the workers of all Pods of this node share.
///
/// @param services of all namespaces, as they are now
/// @param allocatable of the node
/// @param hostDns what this machine's resolv.conf says
/// @param host what this machine's kernel enforces
/// @param since when this process began: what is older was adopted
record NodeParts(
        KubeletConfig config,
        Client client,
        ContainerRuntime runtime,
        Volumes volumes,
        ImagePuller images,
        Handlers handlers,
        Hooks hooks,
        Cgroups cgroups,
        EventRecorder events,
        Clock clock,
        Supplier<List<Service>> services,
        Map<String, String> allocatable,
        Sandbox.Dns hostDns,
        Host host,
        Instant since) {

    Surroundings surroundings(List<String> podIps) {
        Map<String, Quantity> amounts = allocatable.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> Quantity.parse(entry.getValue())));
        return new Surroundings(config.addresses(), podIps, amounts, objects(), services.get());
    }

    Surroundings.Objects objects() {
        return new Surroundings.Objects() {
            @Override
            public Optional<ConfigMap> configMap(String namespace, String name) {
                return client.resource(ConfigMaps.DEFINITION)
                        .inNamespace(namespace)
                        .find(name);
            }

            @Override
            public Optional<Secret> secret(String namespace, String name) {
                return client.resource(Secrets.DEFINITION)
                        .inNamespace(namespace)
                        .find(name);
            }
        };
    }

    RuntimeConfigs.Place place(Pod pod) {
        return new RuntimeConfigs.Place(
                config.cgroupRoot(),
                LogFiles.folder(config.logs(), pod),
                config.root().resolve("seccomp"),
                new io.amphora.kubelet.container.Dns.Cluster(config.clusterDns(), config.clusterDomain(), hostDns),
                Quantity.parse(allocatable.getOrDefault("memory", "0")).value(),
                cgroups.isV2());
    }
}
