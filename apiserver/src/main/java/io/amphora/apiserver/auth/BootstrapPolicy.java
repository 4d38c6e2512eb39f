package io.amphora.apiserver.auth;

import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.stream.Stream;

/// The roles and bindings that every cluster has from the start: for everybody, for people (`view`, `edit`,
/// `admin`, `cluster-admin`), and for the cluster's own parts. Kubernetes' own and Amphora's stand in a file each.
public final class BootstrapPolicy {
    private static final List<PolicyFile> FILES =
            List.of(PolicyFile.read("kubernetes-policy.yaml"), PolicyFile.read("amphora-policy.yaml"));

    private BootstrapPolicy() {}

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
