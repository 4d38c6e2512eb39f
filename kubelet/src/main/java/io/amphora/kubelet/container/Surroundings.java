package io.amphora.kubelet.container;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Service;
import io.amphora.machinery.quantity.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a container may be told of beyond its own Pod's spec.
///
/// @param hostIps, podIps the first one is the main one
/// @param allocatable of the node: what stands for a limit that is not set
/// @param services of the Pod's namespace, and `kubernetes` of `default`
public record Surroundings(
        List<String> hostIps,
        List<String> podIps,
        Map<String, Quantity> allocatable,
        Objects objects,
        List<Service> services) {

    /// Objects of a Pod's namespace, by name.
    public interface Objects {
        Optional<ConfigMap> configMap(String namespace, String name);

        Optional<Secret> secret(String namespace, String name);
    }
}
