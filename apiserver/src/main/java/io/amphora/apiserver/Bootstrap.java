package io.amphora.apiserver;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.auth.BootstrapPolicy;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;

/// Makes what every cluster has from its first moment, unless it is there.
record Bootstrap(Transport transport) {
    private static final List<String> NAMESPACES = List.of("default", "kube-node-lease", "kube-public", "kube-system");

    void run() {
        for (String name : NAMESPACES)
            create(
                    "/api/v1/namespaces",
                    ObjectTree.of("apiVersion", "v1", "kind", "Namespace", "metadata", ObjectTree.of("name", name)));
        String rbac = "/apis/rbac.authorization.k8s.io/v1/";
        BootstrapPolicy.clusterRoles().forEach(role -> create(rbac + "clusterroles", role));
        BootstrapPolicy.clusterRoleBindings().forEach(binding -> create(rbac + "clusterrolebindings", binding));
        for (ObjectTree each : BootstrapPolicy.clusterInfoForEverybody())
            create(
                    rbac + "namespaces/kube-public/" + (each.text("kind").equals("Role") ? "roles" : "rolebindings"),
                    each);
        priorityClass(
                "system-cluster-critical",
                2_000_000_000,
                "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary.");
        priorityClass(
                "system-node-critical",
                2_000_001_000,
                "Used for system critical pods that must not be moved from their current node.");
    }

    private void priorityClass(String name, long value, String description) {
        create(
                "/apis/scheduling.k8s.io/v1/priorityclasses",
                ObjectTree.of(
                        "apiVersion",
                        "scheduling.k8s.io/v1",
                        "kind",
                        "PriorityClass",
                        "metadata",
                        ObjectTree.of("name", name),
                        "value",
                        value,
                        "description",
                        description,
                        "preemptionPolicy",
                        "PreemptLowerPriority"));
    }

    private void create(String path, ObjectTree object) {
        try {
            transport.call(new ApiRequest(
                    "POST", path, Map.of(), Map.of(), new ApiRequest.Body.Value("application/json", object)));
        } catch (ApiException refused) {
            if (!refused.reason().equals("AlreadyExists")) throw refused;
        }
    }
}
