package io.amphora.apiserver;

import io.amphora.api.ApiException;
import io.amphora.api.transport.ApiRequest;
import io.amphora.api.transport.Transport;
import io.amphora.apiserver.auth.BootstrapPolicy;
import io.amphora.apiserver.auth.PolicyReconciliation;
import io.amphora.apiserver.flow.StandardFlows;
import io.amphora.machinery.net.IpAddress;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Makes what every cluster has from its first moment, unless it is there; roles and bindings get back what they lack.
///
/// @param serviceAddress of the Service `kubernetes`
record Bootstrap(Transport transport, ApiServerConfig.Network network, String serviceAddress) {
    private static final List<String> NAMESPACES = List.of("default", "kube-node-lease", "kube-public", "kube-system");

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String FLOWS = "/apis/flowcontrol.apiserver.k8s.io/v1/";
    private static final String OF_DEFAULT = "namespaces/default/";

    /// @return whether this cluster has just been made
    boolean run() {
        boolean isNew = find("/api/v1/namespaces/kube-system").isEmpty();
        namespaces();
        policy();
        if (isNew) create(RBAC + "clusterrolebindings", BootstrapPolicy.clusterAdmins());
        priorityClasses();
        StandardFlows.priorityLevels().forEach(level -> createFlow("prioritylevelconfigurations", level));
        StandardFlows.flowSchemas().forEach(schema -> createFlow("flowschemas", schema));
        service();
        endpoints();
        return isNew;
    }

    private void namespaces() {
        for (String name : NAMESPACES) create("/api/v1/namespaces", """
                    apiVersion: v1
                    kind: Namespace
                    metadata: {name: %s}
                    """.formatted(name));
    }

    /// All at once, since each waits for the disk and the disk takes many together.
    private void policy() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> all = BootstrapPolicy.objects().stream()
                    .map(object -> threads.submit(() -> reconcile(object)))
                    .toList();
            for (Future<?> each : all) each.get();
        } catch (ExecutionException failure) {
            throw new IllegalStateException(failure.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stopped);
        }
    }

    private void reconcile(ObjectTree wanted) {
        ObjectTree metadata = wanted.object("metadata");
        String namespace = metadata.text("namespace");
        String path = RBAC
                + (namespace.isEmpty() ? "" : "namespaces/" + namespace + "/")
                + wanted.text("kind").toLowerCase(Locale.ROOT) + "s";
        String own = path + "/" + metadata.text("name");
        Optional<ObjectTree> found = find(own);
        if (found.isPresent() && wanted.has("roleRef") && PolicyReconciliation.isToAnother(found.get(), wanted)) {
            transport.call(new ApiRequest("DELETE", own, Map.of(), Map.of(), null));
            found = Optional.empty();
        }
        if (found.isEmpty()) send("POST", path, Map.of(), wanted);
        else {
            ObjectTree reconciled = PolicyReconciliation.reconciled(found.get(), wanted);
            if (!reconciled.equals(found.get())) send("PUT", own, Map.of(), reconciled);
        }
    }

    private void priorityClasses() {
        priorityClass(
                "system-cluster-critical",
                2_000_000_000,
                "Used for system critical pods that must run in the cluster, but can be moved to another node if"
                        + " necessary.");
        priorityClass(
                "system-node-critical",
                2_000_001_000,
                "Used for system critical pods that must not be moved from their current node.");
    }

    private void priorityClass(String name, int value, String description) {
        create("/apis/scheduling.k8s.io/v1/priorityclasses", """
                apiVersion: scheduling.k8s.io/v1
                kind: PriorityClass
                metadata: {name: %s}
                value: %d
                description: "%s"
                preemptionPolicy: PreemptLowerPriority
                """.formatted(name, value, description));
    }

    /// By which Pods reach this server.
    private void service() {
        create("/apis/networking.k8s.io/v1/servicecidrs", """
                apiVersion: networking.k8s.io/v1
                kind: ServiceCIDR
                metadata: {name: kubernetes}
                spec: {cidrs: ["%s"]}
                """.formatted(network.serviceCidr()));
        create("/api/v1/" + OF_DEFAULT + "services", """
                apiVersion: v1
                kind: Service
                metadata: {name: kubernetes, labels: {component: apiserver, provider: kubernetes}}
                spec:
                  clusterIP: %s
                  clusterIPs: [%s]
                  ports: [{name: https, port: 443, protocol: TCP, targetPort: %s}]
                  sessionAffinity: None
                  type: ClusterIP
                """.formatted(serviceAddress, serviceAddress, port()));
    }

    /// Where the Service leads to, which a restart may have changed; nowhere while the server is known only by
    /// a name or on this machine alone, since no Pod reaches it so.
    private void endpoints() {
        IpAddress address = IpAddress.parse(host());
        if (address == null || address.isLoopback() || address.isUnspecified()) return;
        put("/api/v1/" + OF_DEFAULT + "endpoints", """
                apiVersion: v1
                kind: Endpoints
                metadata: {name: kubernetes, labels: {endpointslice.kubernetes.io/skip-mirror: "true"}}
                subsets:
                - addresses: [{ip: "%s"}]
                  ports: [{name: https, port: %s, protocol: TCP}]
                """.formatted(host(), port()));
        put("/apis/discovery.k8s.io/v1/" + OF_DEFAULT + "endpointslices", """
                apiVersion: discovery.k8s.io/v1
                kind: EndpointSlice
                metadata: {name: kubernetes, labels: {kubernetes.io/service-name: kubernetes}}
                addressType: %s
                endpoints: [{addresses: ["%s"], conditions: {ready: true}}]
                ports: [{name: https, port: %s, protocol: TCP}]
                """.formatted(
                        address.isV4() ? "IPv4" : "IPv6", host(), port()));
    }

    private String host() {
        String host = network.address().substring(0, network.address().lastIndexOf(':'));
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private String port() {
        return network.address().substring(network.address().lastIndexOf(':') + 1);
    }

    private void create(String path, String yaml) {
        create(path, Yaml.read(yaml).object());
    }

    private void put(String path, String yaml) {
        ObjectTree object = Yaml.read(yaml).object();
        create(path, object);
        send("PUT", path + "/" + object.object("metadata").text("name"), Map.of(), object);
    }

    private void createFlow(String plural, ObjectTree object) {
        create(FLOWS + plural, object, Map.of("fieldManager", List.of("api-priority-and-fairness-config-producer-v1")));
    }

    private void create(String path, ObjectTree object) {
        create(path, object, Map.of());
    }

    private void create(String path, ObjectTree object, Map<String, List<String>> query) {
        if (find(path + "/" + object.object("metadata").text("name")).isEmpty()) send("POST", path, query, object);
    }

    private Optional<ObjectTree> find(String path) {
        try {
            return Optional.of(transport.call(new ApiRequest("GET", path, Map.of(), Map.of(), null)));
        } catch (ApiException refused) {
            if (refused.code() == 404) return Optional.empty();
            throw refused;
        }
    }

    /// A server whose state is full starts all the same, so that somebody can delete something.
    private void send(String method, String path, Map<String, List<String>> query, ObjectTree object) {
        try {
            transport.call(new ApiRequest(
                    method, path, query, Map.of(), new ApiRequest.Body.Value("application/json", object)));
        } catch (ApiException refused) {
            if (refused.code() != 507) throw refused;
        }
    }
}
