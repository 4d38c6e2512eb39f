package io.amphora.apiserver.auth;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Roles and bindings of a file that says no more than what differs among them.
///
/// @param roles ClusterRoles and Roles
/// @param bindings ClusterRoleBindings and RoleBindings
record PolicyFile(List<ObjectTree> roles, List<ObjectTree> bindings) {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final String AGGREGATE = GROUP + "/aggregate-to-";

    /// The fields of a rule, by what the file calls them.
    private static final Map<String, String> FIELDS = Map.of(
            "groups", "apiGroups",
            "resources", "resources",
            "names", "resourceNames",
            "paths", "nonResourceURLs",
            "verbs", "verbs");

    /// @param name of a file beside this class
    static PolicyFile read(String name) {
        try (InputStream in = PolicyFile.class.getResourceAsStream(name)) {
            if (in == null) throw new IllegalStateException(name + " is missing");
            return of(Yaml.read(new String(in.readAllBytes(), StandardCharsets.UTF_8))
                    .object());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static PolicyFile of(ObjectTree file) {
        var roles = new ArrayList<ObjectTree>();
        var bindings = new ArrayList<ObjectTree>();
        for (String list : List.of("clusterRoles", "roles"))
            for (Tree each : file.list(list)) {
                ObjectTree entry = each.object();
                roles.add(role(entry));
                if (entry.has("bound")) bindings.add(binding(entry, entry.text("name")));
            }
        for (String list : List.of("clusterRoleBindings", "roleBindings"))
            for (Tree each : file.list(list))
                bindings.add(binding(each.object(), each.object().text("role")));
        return new PolicyFile(List.copyOf(roles), List.copyOf(bindings));
    }

    private static ObjectTree role(ObjectTree entry) {
        ObjectTree role =
                object(entry, "Role").with("rules", entry.list("rules").map(rule -> rule(rule.object())));
        if (entry.has("partOf"))
            role = role.withAt(Tree.of("true"), "metadata", "labels", AGGREGATE + entry.text("partOf"));
        if (!entry.has("gathers")) return role;
        ObjectTree selector = ObjectTree.of("matchLabels", ObjectTree.of(AGGREGATE + entry.text("gathers"), "true"));
        return role.with("aggregationRule", ObjectTree.of("clusterRoleSelectors", ListTree.of(selector)));
    }

    private static ObjectTree rule(ObjectTree entry) {
        var rule = ObjectTree.builder();
        for (var field : entry) rule.put(name(field.getKey()), field.getValue());
        return rule.build();
    }

    private static String name(String field) {
        String name = FIELDS.get(field);
        if (name == null) throw new IllegalStateException("a rule has no " + field);
        return name;
    }

    private static ObjectTree binding(ObjectTree entry, String role) {
        var subjects = new ArrayList<Tree>();
        ObjectTree bound = entry.object("bound");
        for (Tree group : bound.list("groups")) subjects.add(subject("Group", group));
        for (Tree user : bound.list("users")) subjects.add(subject("User", user));
        for (Tree account : bound.list("accounts"))
            subjects.add(ObjectTree.of("kind", "ServiceAccount", "name", account, "namespace", "kube-system"));
        ObjectTree binding = object(entry, "RoleBinding")
                .with("roleRef", ObjectTree.of("apiGroup", GROUP, "kind", kind(entry, "Role"), "name", role));
        return subjects.isEmpty() ? binding : binding.with("subjects", new ListTree(subjects));
    }

    private static ObjectTree subject(String kind, Tree name) {
        return ObjectTree.of("apiGroup", GROUP, "kind", kind, "name", name);
    }

    private static ObjectTree object(ObjectTree entry, String kind) {
        ObjectTree metadata = ObjectTree.of(
                "name", entry.text("name"),
                "labels", ObjectTree.of("kubernetes.io/bootstrapping", "rbac-defaults"),
                "annotations", ObjectTree.of(PolicyReconciliation.AUTOUPDATE, "true"));
        String namespace = entry.text("namespace");
        return ObjectTree.of(
                "apiVersion",
                GROUP + "/v1",
                "kind",
                kind(entry, kind),
                "metadata",
                namespace.isEmpty() ? metadata : metadata.with("namespace", namespace));
    }

    private static String kind(ObjectTree entry, String kind) {
        return entry.has("namespace") ? kind : "Cluster" + kind;
    }
}
