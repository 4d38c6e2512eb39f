package io.amphora.api.core.v1;

import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Which of a quota's limits concern a kind, and what objects have to say so that they can be counted.
public final class QuotaConstraints {
    private static final Set<String> OF_PODS = Set.of(
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private static final Set<String> OF_SERVICES = Set.of("services", "services.nodeports", "services.loadbalancers");

    /// Of these, each container of a Pod has to name an amount where they are limited.
    private static final Set<String> TO_BE_NAMED =
            Set.of("cpu", "memory", "requests.cpu", "requests.memory", "limits.cpu", "limits.memory");

    private QuotaConstraints() {}

    /// @param hard the names that a quota limits
    /// @return those that objects of a kind may take of, sorted
    public static Set<String> concerned(String group, String plural, Set<String> hard) {
        String count = "count/" + (group.isEmpty() ? plural : plural + "." + group);
        return hard.stream()
                .filter(name -> name.equals(count) || group.isEmpty() && concerns(plural, name))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static boolean concerns(String plural, String name) {
        return switch (plural) {
            case "pods" ->
                OF_PODS.contains(name)
                        || name.startsWith("hugepages-")
                        || name.startsWith("requests.hugepages-")
                        || isExtended(name);
            case "services" -> OF_SERVICES.contains(name);
            case "persistentvolumeclaims" ->
                name.equals("persistentvolumeclaims")
                        || name.equals("requests.storage")
                        || name.endsWith(".storageclass.storage.k8s.io/persistentvolumeclaims")
                        || name.endsWith(".storageclass.storage.k8s.io/requests.storage");
            case "configmaps", "replicationcontrollers", "resourcequotas", "secrets" -> name.equals(plural);
            default -> false;
        };
    }

    /// `requests.example.com/gpu`
    private static boolean isExtended(String name) {
        return name.startsWith("requests.") && name.contains("/") && !name.contains(".storageclass.storage.k8s.io/");
    }

    /// What an object fails to say, for people; "" for nothing.
    public static String missing(String group, String plural, Set<String> concerned, ObjectTree object) {
        if (!group.isEmpty() || !plural.equals("pods")) return "";
        var required = new TreeSet<>(concerned);
        required.retainAll(TO_BE_NAMED);
        PodSpec spec = Pod.of(object).spec();
        required.removeAll(named(spec.resources().requests(), spec.resources().limits()));
        var missing = new TreeMap<String, Set<String>>();
        var containers = new ArrayList<>(spec.containers());
        containers.addAll(spec.initContainers());
        for (Container container : containers) {
            Set<String> named = named(
                    container.resources().requests(), container.resources().limits());
            for (String name : required)
                if (!named.contains(name))
                    missing.computeIfAbsent(name, key -> new TreeSet<>()).add(container.name());
        }
        if (missing.isEmpty()) return "";
        List<String> parts = missing.entrySet().stream()
                .map(each -> each.getKey() + " for: " + String.join(",", each.getValue()))
                .toList();
        return "must specify " + String.join("; ", parts);
    }

    private static Set<String> named(Map<String, String> requests, Map<String, String> limits) {
        var named = new TreeSet<String>();
        for (String name : requests.keySet()) {
            named.add("requests." + name);
            named.add(name);
        }
        for (String name : limits.keySet()) named.add("limits." + name);
        return named;
    }
}
