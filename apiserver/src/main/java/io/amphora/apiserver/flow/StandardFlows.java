package io.amphora.apiserver.flow;

import io.amphora.api.flowcontrol.v1.FlowSchemas;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.util.ArrayList;
import java.util.List;

/// The priority levels and flow schemas that every cluster has from the start (Kubernetes documentation, "API Priority
/// and Fairness", "Defaults").
public final class StandardFlows {
    private static final String ALL =
            "{verbs: ['*'], apiGroups: ['*'], resources: ['*'], clusterScope: true, namespaces: ['*']}";
    private static final String ALL_PATHS = "{verbs: ['*'], nonResourceURLs: ['*']}";
    private static final String NODES = group("system:nodes");
    private static final String MANAGER = user("system:kube-controller-manager");
    private static final String SCHEDULER = user("system:kube-scheduler");
    private static final String SYSTEM_ACCOUNTS = account("*");
    private static final String LEASES = some("get, create, update", "coordination.k8s.io", "leases");

    private StandardFlows() {}

    public static List<ObjectTree> priorityLevels() {
        return List.of(
                level("exempt", "{type: Exempt, exempt: {nominalConcurrencyShares: 0, lendablePercent: 0}}"),
                level(
                        "catch-all",
                        "{type: Limited, limited: {nominalConcurrencyShares: 5, lendablePercent: 0, limitResponse: {type: Reject}}}"),
                level("system", queued(30, 33, 64, 6)),
                level("node-high", queued(40, 25, 64, 6)),
                level("leader-election", queued(10, 0, 16, 4)),
                level("workload-high", queued(40, 50, 128, 6)),
                level("workload-low", queued(100, 90, 128, 6)),
                level("global-default", queued(20, 50, 128, 6)));
    }

    private static String queued(int shares, int lendable, int queues, int hand) {
        return "{type: Limited, limited: {nominalConcurrencyShares: " + shares + ", lendablePercent: " + lendable
                + ", limitResponse: {type: Queue, queuing: {queues: " + queues + ", handSize: " + hand
                + ", queueLengthLimit: 50}}}}";
    }

    private static ObjectTree level(String name, String spec) {
        return object("PriorityLevelConfiguration", name, Yaml.read(spec).object());
    }

    public static List<ObjectTree> flowSchemas() {
        String everybody = group("system:unauthenticated") + ", " + group("system:authenticated");
        var schemas = new ArrayList<ObjectTree>();
        schemas.add(object("FlowSchema", "exempt", FlowSchemas.EXEMPT));
        schemas.add(object("FlowSchema", "catch-all", FlowSchemas.CATCH_ALL));
        schemas.add(schema(
                "probes",
                "exempt",
                2,
                "",
                everybody,
                "",
                "{verbs: [get], nonResourceURLs: [/healthz, /readyz, /livez]}"));
        schemas.add(schema(
                "system-leader-election", "leader-election", 100, "ByUser", MANAGER + ", " + SCHEDULER, LEASES, ""));
        schemas.add(schema(
                "endpoint-controller",
                "workload-high",
                150,
                "ByUser",
                MANAGER + ", " + account("endpoint-controller") + ", " + account("endpointslicemirroring-controller"),
                some("get, create, update", "", "endpoints"),
                ""));
        schemas.add(schema(
                "workload-leader-election",
                "leader-election",
                200,
                "ByUser",
                SYSTEM_ACCOUNTS,
                some("get, create, update", "", "endpoints, configmaps") + ", " + LEASES,
                ""));
        schemas.add(schema(
                "system-node-high",
                "node-high",
                400,
                "ByUser",
                NODES,
                "{verbs: ['*'], apiGroups: [''], resources: [nodes, nodes/status], clusterScope: true, namespaces: ['*']}, "
                        + some("'*'", "coordination.k8s.io", "leases"),
                ""));
        schemas.add(schema("system-nodes", "system", 500, "ByUser", NODES, ALL, ALL_PATHS));
        schemas.add(schema("kube-controller-manager", "workload-high", 800, "ByNamespace", MANAGER, ALL, ALL_PATHS));
        schemas.add(schema("kube-scheduler", "workload-high", 800, "ByNamespace", SCHEDULER, ALL, ALL_PATHS));
        schemas.add(schema(
                "kube-system-service-accounts", "workload-high", 900, "ByNamespace", SYSTEM_ACCOUNTS, ALL, ALL_PATHS));
        schemas.add(schema(
                "service-accounts", "workload-low", 9000, "ByUser", group("system:serviceaccounts"), ALL, ALL_PATHS));
        schemas.add(schema("global-default", "global-default", 9900, "ByUser", everybody, ALL, ALL_PATHS));
        return schemas;
    }

    private static ObjectTree schema(
            String name, String level, int precedence, String flows, String subjects, String resources, String paths) {
        ObjectTree rule = ObjectTree.of("subjects", list(subjects));
        if (!resources.isEmpty()) rule = rule.with("resourceRules", list(resources));
        if (!paths.isEmpty()) rule = rule.with("nonResourceRules", list(paths));
        ObjectTree spec = ObjectTree.of(
                "priorityLevelConfiguration", ObjectTree.of("name", level),
                "matchingPrecedence", precedence,
                "rules", ListTree.of(rule));
        if (!flows.isEmpty()) spec = spec.with("distinguisherMethod", ObjectTree.of("type", flows));
        return object("FlowSchema", name, spec);
    }

    private static ListTree list(String yaml) {
        return Yaml.read("[" + yaml + "]").list();
    }

    private static String group(String name) {
        return "{kind: Group, group: {name: '" + name + "'}}";
    }

    private static String user(String name) {
        return "{kind: User, user: {name: '" + name + "'}}";
    }

    private static String account(String name) {
        return "{kind: ServiceAccount, serviceAccount: {name: '" + name + "', namespace: kube-system}}";
    }

    private static String some(String verbs, String group, String resources) {
        return "{verbs: [" + verbs + "], apiGroups: ['" + group + "'], resources: [" + resources
                + "], namespaces: ['*']}";
    }

    private static ObjectTree object(String kind, String name, ObjectTree spec) {
        return ObjectTree.of(
                "apiVersion",
                "flowcontrol.apiserver.k8s.io/v1",
                "kind",
                kind,
                "metadata",
                ObjectTree.of("name", name, "annotations", ObjectTree.of("apf.kubernetes.io/autoupdate-spec", "true")),
                "spec",
                spec);
    }
}
