package io.amphora.api.core.v1;

import io.amphora.api.ResourceDefinition;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What an object takes of a ResourceQuota. Pure functions, shared by admission, which refuses what is too much,
/// and the controller, which counts what is there.
public final class QuotaUsage {
    /// Kinds that are also counted by their bare name, as from before there was `count/…`.
    private static final Set<String> BARE = Set.of(
            "configmaps", "persistentvolumeclaims", "replicationcontrollers", "resourcequotas", "secrets", "services");

    private static final String BY_CLASS = ".storageclass.storage.k8s.io/";

    private QuotaUsage() {}

    /// By the names that a quota's `spec.hard` has.
    public static Map<String, Quantity> of(ResourceDefinition<?> kind, ObjectTree object, Instant now) {
        return of(kind.group(), kind.plural(), object, now);
    }

    /// @param group the kind's, "" for core
    public static Map<String, Quantity> of(String group, String plural, ObjectTree object, Instant now) {
        var usage = new TreeMap<String, Quantity>();
        usage.put("count/" + (group.isEmpty() ? plural : plural + "." + group), Quantity.of(1));
        if (!group.isEmpty()) return usage;
        if (BARE.contains(plural)) usage.put(plural, Quantity.of(1));
        switch (plural) {
            case "pods" -> {
                if (counts(Pod.of(object), now)) addPod(Pod.of(object), usage);
            }
            case "services" -> addService(Service.of(object), usage);
            case "persistentvolumeclaims" -> addClaim(PersistentVolumeClaim.of(object), usage);
            default -> {}
        }
        return usage;
    }

    public static void add(Map<String, Quantity> sum, Map<String, Quantity> more) {
        more.forEach((name, quantity) -> sum.merge(name, quantity, Quantity::add));
    }

    /// A finished Pod takes nothing, nor does one that should be gone by now.
    private static boolean counts(Pod pod, Instant now) {
        String phase = pod.status().phase();
        if (phase.equals("Succeeded") || phase.equals("Failed")) return false;
        return pod.metadata()
                .findDeletionTimestamp()
                .map(end -> !end.isBefore(now))
                .orElse(true);
    }

    private static void addPod(Pod pod, Map<String, Quantity> usage) {
        usage.put("pods", Quantity.of(1));
        PodResources.effectiveRequests(pod.spec()).forEach((name, amount) -> {
            usage.put("requests." + name, amount);
            if (name.equals("cpu") || name.equals("memory") || name.equals("ephemeral-storage"))
                usage.put(name, amount);
            if (name.startsWith("hugepages-")) usage.put(name, amount);
        });
        PodResources.effectiveLimits(pod.spec()).forEach((name, amount) -> usage.put("limits." + name, amount));
    }

    private static void addService(Service service, Map<String, Quantity> usage) {
        int ports = service.spec().ports().size();
        switch (service.spec().type()) {
            case "NodePort" -> usage.put("services.nodeports", Quantity.of(ports));
            case "LoadBalancer" -> {
                usage.put("services.loadbalancers", Quantity.of(1));
                boolean all = service.spec().findAllocateLoadBalancerNodePorts().orElse(true);
                long given = service.spec().ports().stream()
                        .filter(port -> port.nodePort() != 0)
                        .count();
                usage.put("services.nodeports", Quantity.of(all ? ports : given));
            }
            default -> {}
        }
    }

    private static void addClaim(PersistentVolumeClaim claim, Map<String, Quantity> usage) {
        String storageClass = claim.spec().storageClassName();
        if (!storageClass.isEmpty()) usage.put(storageClass + BY_CLASS + "persistentvolumeclaims", Quantity.of(1));
        Tree storage = claim.tree().at("spec", "resources", "requests", "storage");
        if (storage.isNull()) return;
        usage.put("requests.storage", Quantity.parse(storage));
        if (!storageClass.isEmpty()) usage.put(storageClass + BY_CLASS + "requests.storage", Quantity.parse(storage));
    }

    /// Whether a quota's scopes cover an object; a quota without scopes covers everything.
    public static boolean isCovered(ResourceQuotaSpec quota, String group, String plural, ObjectTree object) {
        var wanted = new ArrayList<ScopedResourceSelectorRequirement>(
                quota.scopeSelector().matchExpressions());
        for (String scope : quota.scopes())
            wanted.add(new ScopedResourceSelectorRequirement(ObjectTree.of("scopeName", scope, "operator", "Exists")));
        if (wanted.isEmpty()) return true;
        if (!group.isEmpty()) return false;
        return switch (plural) {
            case "pods" -> wanted.stream().allMatch(each -> covers(each, Pod.of(object)));
            case "persistentvolumeclaims" ->
                wanted.stream()
                        .allMatch(each -> each.scopeName().equals("VolumeAttributesClass")
                                && matches(
                                        each,
                                        PersistentVolumeClaim.of(object).spec().volumeAttributesClassName()));
            default -> false;
        };
    }

    private static boolean covers(ScopedResourceSelectorRequirement wanted, Pod pod) {
        return switch (wanted.scopeName()) {
            case "Terminating" -> pod.spec().findActiveDeadlineSeconds().isPresent();
            case "NotTerminating" -> pod.spec().findActiveDeadlineSeconds().isEmpty();
            case "BestEffort" -> PodQos.of(pod.spec()).equals("BestEffort");
            case "NotBestEffort" -> !PodQos.of(pod.spec()).equals("BestEffort");
            case "PriorityClass" -> matches(wanted, pod.spec().priorityClassName());
            case "CrossNamespacePodAffinity" -> crossesNamespaces(pod);
            default -> false;
        };
    }

    private static boolean matches(ScopedResourceSelectorRequirement wanted, String value) {
        return switch (wanted.operator()) {
            case "In" -> wanted.values().contains(value);
            case "NotIn" -> !wanted.values().contains(value);
            case "Exists" -> !value.isEmpty();
            case "DoesNotExist" -> value.isEmpty();
            default -> false;
        };
    }

    private static boolean crossesNamespaces(Pod pod) {
        String affinity = pod.spec().affinity().podAffinity().tree().toString()
                + pod.spec().affinity().podAntiAffinity().tree();
        return affinity.contains("\"namespaceSelector\"") || affinity.contains("\"namespaces\"");
    }
}
