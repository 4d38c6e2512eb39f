package io.amphora.kubelet.access;

import java.util.List;

/// A request to the node's server as the API server's authorizers see it: a verb on one of the
/// node's subresources.
///
/// @param subresources any of which is enough; the finest first (KEP-2862)
record NodeRequest(String verb, List<String> subresources) {

    /// @param endpoint the path's first part, by which requests are routed too
    static NodeRequest of(String method, String endpoint) {
        return new NodeRequest(verb(method), subresources(endpoint));
    }

    private static String verb(String method) {
        return switch (method) {
            case "POST" -> "create";
            case "GET" -> "get";
            case "PUT" -> "update";
            case "PATCH" -> "patch";
            case "DELETE" -> "delete";
            default -> "";
        };
    }

    /// `proxy` is everything that the node does, running commands included; what has a name of its
    /// own from of old is not given with it.
    private static List<String> subresources(String endpoint) {
        return switch (endpoint) {
            case "stats", "metrics", "spec", "checkpoint" -> List.of(endpoint);
            case "logs" -> List.of("log");
            case "pods", "runningpods" -> List.of("pods", "proxy");
            case "healthz", "configz" -> List.of(endpoint, "proxy");
            default -> List.of("proxy");
        };
    }
}
