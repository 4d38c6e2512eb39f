package io.amphora.apiserver.auth;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.util.List;
import java.util.stream.Stream;

/// The roles and bindings that every cluster has from the start: for everybody, for people (`view`, `edit`,
/// `admin`, `cluster-admin`), and for the cluster's own parts. Kubernetes' own and Amphora's stand in a file each.
public final class BootstrapPolicy {
    private static final List<PolicyFile> FILES =
            List.of(PolicyFile.read("kubernetes-policy.yaml"), PolicyFile.read("amphora-policy.yaml"));

    /// Those whom the administrators' kubeconfig names.
    public static final String CLUSTER_ADMINS = "kubeadm:cluster-admins";

    private BootstrapPolicy() {}

    /// What makes administrators of them, as kubeadm has it. Made once, when a cluster is new: who takes it away
    /// does not find it there again.
    public static ObjectTree clusterAdmins() {
        return Yaml.read("""
                        apiVersion: rbac.authorization.k8s.io/v1
                        kind: ClusterRoleBinding
                        metadata: {name: "kubeadm:cluster-admins"}
                        roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}
                        subjects:
                        - {apiGroup: rbac.authorization.k8s.io, kind: Group, name: "kubeadm:cluster-admins"}
                        """).object();
    }

    /// All ClusterRoles, Roles, and bindings to them, in this order.
    public static List<ObjectTree> objects() {
        return Stream.concat(
                        FILES.stream().flatMap(file -> file.roles().stream()),
                        FILES.stream().flatMap(file -> file.bindings().stream()))
                .toList();
    }

    /// What every kubelet may do whatever runs on its node; the rest depends on that ([NodeAuthorizer]).
    static List<ObjectTree> nodeRules() {
        return FILES.stream()
                .flatMap(file -> file.roles().stream())
                .filter(role -> role.object("metadata").text("name").equals("system:node"))
                .flatMap(role -> role.list("rules").stream())
                .map(rule -> rule.object())
                .toList();
    }
}
