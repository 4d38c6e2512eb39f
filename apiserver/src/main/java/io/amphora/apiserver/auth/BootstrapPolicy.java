package io.amphora.apiserver.auth;

import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The roles and bindings that every cluster has from the start: for everybody, for people (`view`, `edit`,
/// `admin`, `cluster-admin`), and for the cluster's own parts.
public final class BootstrapPolicy {
    private static final List<String> READ = List.of("get", "list", "watch");
    private static final List<String> WRITE = List.of("create", "delete", "deletecollection", "patch", "update");
    private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-";

    private static final String NODE_CERTIFICATES = "system:certificates.k8s.io:certificatesigningrequests:";

    private BootstrapPolicy() {}

    /// All ClusterRoles.
    public static List<ObjectTree> clusterRoles() {
        var roles = new ArrayList<ObjectTree>();
        roles.add(role("cluster-admin", rule(List.of("*"), List.of("*"), List.of("*")), paths(List.of("*"), "*")));
        roles.add(role(
                "system:basic-user",
                rule(
                        List.of("authorization.k8s.io"),
                        List.of("selfsubjectaccessreviews", "selfsubjectrulesreviews"),
                        List.of("create")),
                rule(List.of("authentication.k8s.io"), List.of("selfsubjectreviews"), List.of("create"))));
        roles.add(role(
                "system:discovery",
                paths(
                        List.of(
                                "/api",
                                "/api/*",
                                "/apis",
                                "/apis/*",
                                "/healthz",
                                "/livez",
                                "/openapi",
                                "/openapi/*",
                                "/readyz",
                                "/version",
                                "/version/"),
                        "get")));
        roles.add(role(
                "system:public-info-viewer",
                paths(List.of("/healthz", "/livez", "/readyz", "/version", "/version/"), "get")));
        roles.add(role(
                "system:monitoring",
                paths(
                        List.of(
                                "/healthz",
                                "/healthz/*",
                                "/livez",
                                "/livez/*",
                                "/metrics",
                                "/metrics/slis",
                                "/readyz",
                                "/readyz/*"),
                        "get")));
        roles.addAll(rolesOfPeople());
        roles.addAll(rolesOfParts());
        return roles;
    }

    /// `admin` is made of `edit`, and `edit` of `view`: each gathers the roles that carry its label (KEP-517).
    private static List<ObjectTree> rolesOfPeople() {
        return List.of(
                aggregated("admin", null),
                aggregated("edit", "admin"),
                aggregated("view", "edit"),
                labelled(
                        "system:aggregate-to-admin",
                        "admin",
                        rule(List.of("rbac.authorization.k8s.io"), List.of("rolebindings", "roles"), all()),
                        rule(List.of("authorization.k8s.io"), List.of("localsubjectaccessreviews"), List.of("create"))),
                labelled(
                        "system:aggregate-to-edit",
                        "edit",
                        rule(
                                List.of(""),
                                List.of(
                                        "pods/attach",
                                        "pods/exec",
                                        "pods/portforward",
                                        "pods/proxy",
                                        "secrets",
                                        "services/proxy"),
                                READ),
                        rule(List.of(""), List.of("serviceaccounts"), List.of("impersonate")),
                        rule(
                                List.of(""),
                                List.of(
                                        "pods",
                                        "pods/attach",
                                        "pods/exec",
                                        "pods/portforward",
                                        "pods/proxy",
                                        "configmaps",
                                        "events",
                                        "persistentvolumeclaims",
                                        "replicationcontrollers",
                                        "replicationcontrollers/scale",
                                        "secrets",
                                        "serviceaccounts",
                                        "services",
                                        "services/proxy"),
                                WRITE),
                        rule(List.of(""), List.of("pods/eviction", "serviceaccounts/token"), List.of("create")),
                        rule(
                                List.of("apps"),
                                List.of(
                                        "daemonsets",
                                        "deployments",
                                        "deployments/rollback",
                                        "deployments/scale",
                                        "replicasets",
                                        "replicasets/scale",
                                        "statefulsets",
                                        "statefulsets/scale"),
                                WRITE),
                        rule(List.of("autoscaling"), List.of("horizontalpodautoscalers"), WRITE),
                        rule(List.of("batch"), List.of("cronjobs", "jobs"), WRITE),
                        rule(List.of("policy"), List.of("poddisruptionbudgets"), WRITE),
                        rule(List.of("networking.k8s.io"), List.of("ingresses", "networkpolicies"), WRITE),
                        rule(List.of("coordination.k8s.io"), List.of("leases"), all())),
                labelled(
                        "system:aggregate-to-view",
                        "view",
                        rule(
                                List.of(""),
                                List.of(
                                        "configmaps",
                                        "endpoints",
                                        "persistentvolumeclaims",
                                        "persistentvolumeclaims/status",
                                        "pods",
                                        "replicationcontrollers",
                                        "replicationcontrollers/scale",
                                        "serviceaccounts",
                                        "services",
                                        "services/status",
                                        "bindings",
                                        "events",
                                        "limitranges",
                                        "namespaces/status",
                                        "pods/log",
                                        "pods/status",
                                        "replicationcontrollers/status",
                                        "resourcequotas",
                                        "resourcequotas/status",
                                        "namespaces"),
                                READ),
                        rule(List.of("discovery.k8s.io"), List.of("endpointslices"), READ),
                        rule(
                                List.of("apps"),
                                List.of(
                                        "controllerrevisions",
                                        "daemonsets",
                                        "daemonsets/status",
                                        "deployments",
                                        "deployments/scale",
                                        "deployments/status",
                                        "replicasets",
                                        "replicasets/scale",
                                        "replicasets/status",
                                        "statefulsets",
                                        "statefulsets/scale",
                                        "statefulsets/status"),
                                READ),
                        rule(
                                List.of("autoscaling"),
                                List.of("horizontalpodautoscalers", "horizontalpodautoscalers/status"),
                                READ),
                        rule(List.of("batch"), List.of("cronjobs", "cronjobs/status", "jobs", "jobs/status"), READ),
                        rule(List.of("policy"), List.of("poddisruptionbudgets", "poddisruptionbudgets/status"), READ),
                        rule(
                                List.of("networking.k8s.io"),
                                List.of("ingresses", "ingresses/status", "networkpolicies"),
                                READ)));
    }

    private static List<ObjectTree> rolesOfParts() {
        return List.of(
                role("system:node", nodeRules().toArray(ObjectTree[]::new)),
                role(
                        "system:coredns",
                        rule(List.of(""), List.of("services", "namespaces"), READ),
                        rule(List.of("discovery.k8s.io"), List.of("endpointslices"), READ)),
                role(
                        "system:kubelet-api-admin",
                        rule(List.of(""), List.of("nodes"), List.of("get", "list", "watch", "proxy")),
                        rule(
                                List.of(""),
                                List.of(
                                        "nodes/configz",
                                        "nodes/healthz",
                                        "nodes/log",
                                        "nodes/metrics",
                                        "nodes/pods",
                                        "nodes/proxy",
                                        "nodes/spec",
                                        "nodes/stats"),
                                List.of("*"))),
                role(
                        "system:node-bootstrapper",
                        rule(
                                List.of("certificates.k8s.io"),
                                List.of("certificatesigningrequests"),
                                List.of("create", "get", "list", "watch"))),
                nodeCertificates("nodeclient"),
                nodeCertificates("selfnodeclient"),
                role(
                        "system:kube-scheduler",
                        rule(List.of("*"), List.of("*"), READ),
                        rule(List.of("", "events.k8s.io"), List.of("events"), List.of("create", "patch", "update")),
                        rule(List.of(""), List.of("bindings", "pods/binding"), List.of("create")),
                        rule(List.of(""), List.of("pods"), List.of("delete")),
                        rule(List.of(""), List.of("pods/status"), List.of("patch", "update")),
                        rule(
                                List.of(""),
                                List.of("persistentvolumeclaims", "persistentvolumes"),
                                List.of("patch", "update"))),
                role("system:kube-controller-manager", rule(List.of("*"), List.of("*"), List.of("*"))),
                role(
                        "system:node-proxier",
                        rule(List.of(""), List.of("services", "nodes"), READ),
                        rule(List.of("discovery.k8s.io"), List.of("endpointslices"), READ),
                        rule(List.of("", "events.k8s.io"), List.of("events"), List.of("create", "patch", "update"))),
                role(
                        "system:service-account-issuer-discovery",
                        paths(List.of("/.well-known/openid-configuration", "/openid/v1/jwks"), "get")));
    }

    /// What every kubelet may do whatever runs on its node; the rest depends on that ([NodeAuthorizer]).
    static List<ObjectTree> nodeRules() {
        return List.of(
                rule(List.of("authentication.k8s.io"), List.of("tokenreviews"), List.of("create")),
                rule(
                        List.of("authorization.k8s.io"),
                        List.of("localsubjectaccessreviews", "subjectaccessreviews"),
                        List.of("create")),
                rule(List.of(""), List.of("services"), READ),
                rule(List.of(""), List.of("nodes"), List.of("create", "get", "list", "watch", "patch", "update")),
                rule(List.of(""), List.of("nodes/status", "pods/status"), List.of("patch", "update")),
                rule(List.of("", "events.k8s.io"), List.of("events"), List.of("create", "patch", "update")),
                rule(List.of(""), List.of("pods"), List.of("get", "list", "watch", "create", "delete")),
                rule(List.of(""), List.of("pods/eviction", "serviceaccounts/token"), List.of("create")),
                rule(List.of(""), List.of("configmaps", "secrets"), READ),
                rule(List.of(""), List.of("persistentvolumeclaims", "persistentvolumes"), List.of("get")),
                rule(List.of(""), List.of("endpoints", "serviceaccounts"), List.of("get")),
                rule(List.of(""), List.of("persistentvolumeclaims/status"), List.of("get", "patch", "update")),
                rule(
                        List.of("certificates.k8s.io"),
                        List.of("certificatesigningrequests"),
                        List.of("create", "get", "list", "watch")),
                rule(
                        List.of("coordination.k8s.io"),
                        List.of("leases"),
                        List.of("create", "delete", "get", "patch", "update")),
                rule(List.of("node.k8s.io"), List.of("runtimeclasses"), READ),
                rule(List.of("resource.k8s.io"), List.of("resourceclaims"), List.of("get")),
                rule(
                        List.of("resource.k8s.io"),
                        List.of("resourceslices"),
                        List.of("deletecollection", "get", "list", "watch")),
                rule(List.of("storage.k8s.io"), List.of("csidrivers"), READ),
                rule(
                        List.of("storage.k8s.io"),
                        List.of("csinodes"),
                        List.of("create", "delete", "get", "patch", "update")),
                rule(List.of("storage.k8s.io"), List.of("volumeattachments"), List.of("get")));
    }

    /// Who may have a kubelet's certificate without anybody's approval: for any node, or for itself.
    private static ObjectTree nodeCertificates(String which) {
        return role(
                NODE_CERTIFICATES + which,
                rule(
                        List.of("certificates.k8s.io"),
                        List.of("certificatesigningrequests/" + which),
                        List.of("create")));
    }

    /// All ClusterRoleBindings.
    public static List<ObjectTree> clusterRoleBindings() {
        return List.of(
                binding("cluster-admin", "cluster-admin", group("system:masters")),
                binding("system:basic-user", "system:basic-user", group(User.AUTHENTICATED)),
                binding("system:discovery", "system:discovery", group(User.AUTHENTICATED)),
                binding(
                        "system:public-info-viewer",
                        "system:public-info-viewer",
                        group(User.AUTHENTICATED),
                        group(User.UNAUTHENTICATED)),
                binding("system:monitoring", "system:monitoring", group("system:monitoring")),
                binding("system:node", "system:node"), // kubelets are the node authorizer's; others may be bound here
                binding("system:coredns", "system:coredns", group("system:nodes")), // names are answered on every node
                binding("system:node-bootstrapper", "system:node-bootstrapper", group("system:bootstrappers")),
                binding("system:kubelet-api-admin", "system:kubelet-api-admin", user(User.KUBELET_CLIENT)),
                binding(
                        "system:node-autoapprove-bootstrap",
                        NODE_CERTIFICATES + "nodeclient",
                        group("system:bootstrappers")),
                binding(
                        "system:node-autoapprove-certificate-rotation",
                        NODE_CERTIFICATES + "selfnodeclient",
                        group("system:nodes")),
                binding("system:node-proxier", "system:node-proxier", group("system:nodes"), user("system:kube-proxy")),
                binding("system:kube-scheduler", "system:kube-scheduler", user("system:kube-scheduler")),
                binding(
                        "system:kube-controller-manager",
                        "system:kube-controller-manager",
                        user("system:kube-controller-manager")),
                binding(
                        "system:service-account-issuer-discovery",
                        "system:service-account-issuer-discovery",
                        group("system:serviceaccounts")));
    }

    /// A namespace's Role with the right to read one ConfigMap, and its binding to everybody: what a machine
    /// reads before it is known (kube-public's `cluster-info`).
    public static List<ObjectTree> clusterInfoForEverybody() {
        ObjectTree rule = rule(List.of(""), List.of("configmaps"), List.of("get"))
                .with("resourceNames", ListTree.from(List.of("cluster-info")));
        String name = "system:bootstrap-signer-clusterinfo";
        return List.of(
                ObjectTree.of(
                        "apiVersion",
                        "rbac.authorization.k8s.io/v1",
                        "kind",
                        "Role",
                        "metadata",
                        metadata(name).with("namespace", "kube-public"),
                        "rules",
                        ListTree.of(rule)),
                ObjectTree.of(
                        "apiVersion", "rbac.authorization.k8s.io/v1",
                        "kind", "RoleBinding",
                        "metadata", metadata(name).with("namespace", "kube-public"),
                        "roleRef", roleRef("Role", name),
                        "subjects", ListTree.of(user("system:anonymous"))));
    }

    private static ObjectTree role(String name, ObjectTree... rules) {
        return ObjectTree.of(
                "apiVersion",
                "rbac.authorization.k8s.io/v1",
                "kind",
                "ClusterRole",
                "metadata",
                metadata(name),
                "rules",
                ListTree.of(rules));
    }

    private static ObjectTree labelled(String name, String into, ObjectTree... rules) {
        return role(name, rules).withAt(Tree.of("true"), "metadata", "labels", AGGREGATE + into);
    }

    private static ObjectTree aggregated(String name, @Nullable String into) {
        ObjectTree selector = ObjectTree.of("matchLabels", ObjectTree.of(AGGREGATE + name, "true"));
        ObjectTree role =
                role(name).with("aggregationRule", ObjectTree.of("clusterRoleSelectors", ListTree.of(selector)));
        return into == null ? role : role.withAt(Tree.of("true"), "metadata", "labels", AGGREGATE + into);
    }

    private static ObjectTree binding(String name, String role, ObjectTree... subjects) {
        return ObjectTree.of(
                "apiVersion", "rbac.authorization.k8s.io/v1",
                "kind", "ClusterRoleBinding",
                "metadata", metadata(name),
                "roleRef", roleRef("ClusterRole", role),
                "subjects", ListTree.of(subjects));
    }

    private static ObjectTree metadata(String name) {
        return ObjectTree.of(
                "name", name,
                "labels", ObjectTree.of("kubernetes.io/bootstrapping", "rbac-defaults"),
                "annotations", ObjectTree.of("rbac.authorization.kubernetes.io/autoupdate", "true"));
    }

    private static ObjectTree roleRef(String kind, String name) {
        return ObjectTree.of("apiGroup", "rbac.authorization.k8s.io", "kind", kind, "name", name);
    }

    private static ObjectTree group(String name) {
        return ObjectTree.of("apiGroup", "rbac.authorization.k8s.io", "kind", "Group", "name", name);
    }

    private static ObjectTree user(String name) {
        return ObjectTree.of("apiGroup", "rbac.authorization.k8s.io", "kind", "User", "name", name);
    }

    private static ObjectTree rule(List<String> groups, List<String> resources, List<String> verbs) {
        return ObjectTree.of(
                "apiGroups",
                ListTree.from(groups),
                "resources",
                ListTree.from(resources),
                "verbs",
                ListTree.from(verbs));
    }

    private static ObjectTree paths(List<String> paths, String verb) {
        return ObjectTree.of("nonResourceURLs", ListTree.from(paths), "verbs", ListTree.from(List.of(verb)));
    }

    private static List<String> all() {
        return Stream.concat(WRITE.stream(), READ.stream()).sorted().toList();
    }
}
