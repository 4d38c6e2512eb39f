package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.ResourceFieldSelector;
import io.amphora.kubelet.plan.Containers;
import io.amphora.machinery.quantity.Quantity;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What a Pod may be told of itself (the downward API).
public final class Fields {
    private Fields() {}

    /// The value of a `fieldRef`.
    public static String of(Pod pod, String path, Surroundings around) throws ConfigError {
        int bracket = path.indexOf("['");
        if (bracket > 0 && path.endsWith("']")) {
            String key = path.substring(bracket + 2, path.length() - 2);
            return switch (path.substring(0, bracket)) {
                case "metadata.labels" -> pod.metadata().labels().getOrDefault(key, "");
                case "metadata.annotations" -> pod.metadata().annotations().getOrDefault(key, "");
                default -> throw unsupported(path);
            };
        }
        return switch (path) {
            case "metadata.name" -> pod.name();
            case "metadata.namespace" -> pod.namespace();
            case "metadata.uid" -> pod.uid();
            case "metadata.labels" -> lines(pod.metadata().labels());
            case "metadata.annotations" -> lines(pod.metadata().annotations());
            case "spec.nodeName" -> pod.spec().nodeName();
            case "spec.serviceAccountName" -> pod.spec().serviceAccountName();
            case "status.hostIP" ->
                around.hostIps().isEmpty() ? "" : around.hostIps().getFirst();
            case "status.hostIPs" -> String.join(",", around.hostIps());
            case "status.podIP" ->
                around.podIps().isEmpty() ? "" : around.podIps().getFirst();
            case "status.podIPs" -> String.join(",", around.podIps());
            default -> throw unsupported(path);
        };
    }

    private static ConfigError unsupported(String path) {
        return ConfigError.config("unsupported fieldPath: " + path);
    }

    /// One `key="value"` a line, sorted, the value quoted as Go does.
    private static String lines(Map<String, String> entries) {
        var text = new StringBuilder();
        new TreeMap<>(entries).forEach((key, value) -> {
            if (!text.isEmpty()) text.append('\n');
            text.append(key).append("=\"").append(quoted(value)).append('"');
        });
        return text.toString();
    }

    private static String quoted(String value) {
        return value.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\n", "\\n")
                .replace("\t", "\\t")
                .replace("\r", "\\r");
    }

    /// The value of a `resourceFieldRef`: the amount in units of the divisor, rounded up.
    public static String of(Pod pod, Container own, ResourceFieldSelector selector, Surroundings around)
            throws ConfigError {
        var container =
                selector.containerName().isEmpty() ? Optional.of(own) : Containers.find(pod, selector.containerName());
        if (container.isEmpty()) throw ConfigError.config("container " + selector.containerName() + " not found");
        String path = selector.resource();
        int dot = path.indexOf('.');
        String kind = dot < 0 ? "" : path.substring(0, dot);
        String resource = path.substring(dot + 1);
        var resources = container.get().resources();
        String amount = switch (kind) {
            case "limits" -> resources.limits().get(resource);
            case "requests" -> resources.requests().get(resource);
            default -> throw ConfigError.config("unsupported container resource : " + path);
        };
        var value = amount != null
                ? Quantity.parse(amount)
                : kind.equals("limits") ? around.allocatable().getOrDefault(resource, Quantity.ZERO) : Quantity.ZERO;
        var divisor = selector.findDivisor()
                .map(Quantity::parse)
                .filter(one -> !one.isZero())
                .orElse(Quantity.of(1));
        boolean milli = resource.equals("cpu");
        long counted = milli ? value.milliValue() : value.value();
        long unit = milli ? divisor.milliValue() : divisor.value();
        return Long.toString(Math.ceilDiv(counted, Math.max(1, unit)));
    }
}
