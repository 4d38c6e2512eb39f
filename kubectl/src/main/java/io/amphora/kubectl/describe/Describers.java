package io.amphora.kubectl.describe;

import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import java.util.List;
import java.util.Map;

/// Which kind is described how.
public final class Describers {
    private static final Map<String, Describer> ALL = Map.ofEntries(
            Map.entry("pods", new Pods()),
            Map.entry("services", new Services()),
            Map.entry("endpoints", new EndpointsList()),
            Map.entry("configmaps", new ConfigMaps()),
            Map.entry("secrets", new Secrets()),
            Map.entry("namespaces", new Namespaces()),
            Map.entry("nodes", new Nodes()),
            Map.entry("resourcequotas", new ResourceQuotas()),
            Map.entry("limitranges", new LimitRanges()),
            Map.entry("serviceaccounts", new ServiceAccounts()),
            Map.entry("persistentvolumes", new PersistentVolumes()),
            Map.entry("persistentvolumeclaims", new PersistentVolumeClaims()),
            Map.entry("replicationcontrollers", new ReplicaSets()),
            Map.entry("deployments.apps", new Deployments()),
            Map.entry("replicasets.apps", new ReplicaSets()),
            Map.entry("statefulsets.apps", new StatefulSets()),
            Map.entry("daemonsets.apps", new DaemonSets()),
            Map.entry("jobs.batch", new Jobs()),
            Map.entry("cronjobs.batch", new CronJobs()),
            Map.entry("horizontalpodautoscalers.autoscaling", new HorizontalPodAutoscalers()),
            Map.entry("poddisruptionbudgets.policy", new PodDisruptionBudgets()),
            Map.entry("ingresses.networking.k8s.io", new Ingresses()),
            Map.entry("ingressclasses.networking.k8s.io", new IngressClasses()),
            Map.entry("networkpolicies.networking.k8s.io", new NetworkPolicies()),
            Map.entry("endpointslices.discovery.k8s.io", new EndpointSlices()),
            Map.entry("storageclasses.storage.k8s.io", new StorageClasses()),
            Map.entry("priorityclasses.scheduling.k8s.io", new PriorityClasses()),
            Map.entry("roles.rbac.authorization.k8s.io", new Roles()),
            Map.entry("clusterroles.rbac.authorization.k8s.io", new Roles()),
            Map.entry("rolebindings.rbac.authorization.k8s.io", new RoleBindings()),
            Map.entry("clusterrolebindings.rbac.authorization.k8s.io", new RoleBindings()),
            Map.entry("certificatesigningrequests.certificates.k8s.io", new CertificateSigningRequests()));

    private Describers() {}

    public static List<String> describe(Session session, Found found) {
        var page = new Page();
        ALL.getOrDefault(KindTable.pluralName(found.kind()), new Anything()).describe(found, page, new Look(session));
        return page.lines();
    }
}
