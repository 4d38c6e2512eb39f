package io.amphora.apiserver.aggregation;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.apiextensions.v1.CustomResourceDefinition;
import io.amphora.api.apiregistration.v1.APIService;
import io.amphora.api.apiregistration.v1.APIServiceCondition;
import io.amphora.api.apiregistration.v1.APIServiceSpec;
import io.amphora.apiserver.discovery.GroupPriorities;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The APIServices of what this server serves itself. Pure functions.
final class LocalServices {
    static final String MANAGED = "kube-aggregator.kubernetes.io/automanaged";
    /// Made when the server starts, and then its owner's.
    static final String ON_START = "onstart";
    /// Made and kept as it is for as long as its definition is there.
    static final String ALWAYS = "true";

    private static final String OWN_GROUP = "apiregistration.k8s.io";

    private LocalServices() {}

    /// One for each version of a built-in group, by name.
    static Map<String, APIService> ofBuiltIn(Collection<? extends ResourceDefinition<?>> kinds) {
        var services = new TreeMap<String, APIService>();
        for (ResourceDefinition<?> kind : kinds)
            if (!kind.group().equals(OWN_GROUP)) add(services, kind.group(), kind.version(), ON_START);
        return services;
    }

    /// One for each version that a definition serves, by name.
    static Map<String, APIService> ofCustom(Collection<CustomResourceDefinition> definitions) {
        var services = new TreeMap<String, APIService>();
        for (CustomResourceDefinition definition : definitions) {
            if (!isEstablished(definition)) continue;
            definition.spec().versions().stream()
                    .filter(version -> version.served())
                    .forEach(version -> add(services, definition.spec().group(), version.name(), ALWAYS));
        }
        return services;
    }

    private static boolean isEstablished(CustomResourceDefinition definition) {
        return definition.status().conditions().stream()
                .anyMatch(condition -> condition.type().equals("Established")
                        && condition.status().equals("True"));
    }

    private static void add(Map<String, APIService> services, String group, String version, String managed) {
        String name = version + "." + group;
        APIServiceSpec spec = APIServiceSpec.EMPTY
                .withVersion(version)
                .withGroupPriorityMinimum(GroupPriorities.of(group))
                .withVersionPriority(GroupPriorities.of(group, version));
        APIService service = APIService.of(ObjectTree.of(
                "apiVersion",
                new GroupVersionKind(OWN_GROUP, "v1", "").apiVersion(),
                "kind",
                "APIService",
                "metadata",
                ObjectTree.of("name", name, "labels", ObjectTree.of(MANAGED, managed))));
        services.put(name, service.withSpec(group.isEmpty() ? spec : spec.withGroup(group)));
    }

    static String managed(APIService service) {
        return service.metadata().tree().object("labels").text(MANAGED);
    }

    /// The service with the condition that it is available; empty when it says so already, or when others serve it.
    static Optional<APIService> available(APIService service, Instant now) {
        if (service.spec().findService().isPresent()) return Optional.empty();
        var condition = APIServiceCondition.EMPTY
                .withType("Available")
                .withStatus("True")
                .withReason("Local")
                .withMessage("Local APIServices are always available")
                .withLastTransitionTime(now.truncatedTo(ChronoUnit.SECONDS));
        List<APIServiceCondition> others = new ArrayList<>();
        for (APIServiceCondition old : service.status().conditions()) {
            if (!old.type().equals("Available")) others.add(old);
            else if (old.status().equals("True") && old.reason().equals("Local")) return Optional.empty();
        }
        others.add(condition);
        return Optional.of(service.withStatus(service.status().withConditions(others)));
    }
}
