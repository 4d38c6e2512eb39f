package io.amphora.api;

import java.util.Map;
import java.util.Set;

/// What a subresource is sent and answers, and with which verbs, as discovery tells it.
///
/// @param name `scale`, `log`, …
/// @param gvk the kind of its bodies, which is the resource's own for `status` and the like
public record Subresource(String name, GroupVersionKind gvk, Set<String> verbs) {
    private static final Set<String> READ_WRITE = Set.of("get", "patch", "update");
    private static final Set<String> CREATE = Set.of("create");
    private static final Set<String> STREAM = Set.of("create", "get");
    private static final Set<String> PROXY = Set.of("create", "delete", "get", "patch", "update");

    private static final Map<String, Subresource> OF_OTHER_KINDS = Map.ofEntries(
            entry("scale", "autoscaling/v1", "Scale", READ_WRITE),
            entry("binding", "v1", "Binding", CREATE),
            entry("eviction", "policy/v1", "Eviction", CREATE),
            entry("token", "authentication.k8s.io/v1", "TokenRequest", CREATE),
            entry("attach", "v1", "PodAttachOptions", STREAM),
            entry("exec", "v1", "PodExecOptions", STREAM),
            entry("portforward", "v1", "PodPortForwardOptions", STREAM));

    /// A subresource of a kind.
    public static Subresource of(ResourceDefinition<?> resource, String name) {
        return switch (name) {
            case "log" -> new Subresource(name, resource.gvk(), Set.of("get"));
            case "finalize" -> new Subresource(name, resource.gvk(), Set.of("update"));
            case "proxy" ->
                new Subresource(name, new GroupVersionKind("", "v1", resource.kind() + "ProxyOptions"), PROXY);
            default -> {
                Subresource other = OF_OTHER_KINDS.get(name);
                yield other != null ? other : new Subresource(name, resource.gvk(), READ_WRITE);
            }
        };
    }

    private static Map.Entry<String, Subresource> entry(
            String name, String apiVersion, String kind, Set<String> verbs) {
        return Map.entry(name, new Subresource(name, GroupVersionKind.of(apiVersion, kind), verbs));
    }
}
