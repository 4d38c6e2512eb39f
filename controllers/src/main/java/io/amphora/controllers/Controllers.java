package io.amphora.controllers;

import io.amphora.controllers.access.ClusterRoleAggregation;
import io.amphora.controllers.access.RootCertificatePublisher;
import io.amphora.controllers.access.ServiceAccountController;
import io.amphora.controllers.deployment.DeploymentController;
import io.amphora.controllers.endpoints.EndpointSliceController;
import io.amphora.controllers.endpoints.EndpointSliceMirroring;
import io.amphora.controllers.endpoints.EndpointsController;
import io.amphora.controllers.garbage.GarbageCollector;
import io.amphora.controllers.namespace.NamespaceController;
import io.amphora.controllers.node.NodeLifecycleController;
import io.amphora.controllers.node.TaintEvictionController;
import io.amphora.controllers.pod.PodGarbageCollector;
import io.amphora.controllers.replicaset.ReplicaSetController;
import io.amphora.controllers.replicaset.ReplicationControllerController;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;

/// All controllers there are, one line each.
public final class Controllers {
    /// @param name as kube-controller-manager has it
    /// @param alias its name before 1.27, "" for none
    public record Entry(String name, String alias, Function<Settings, Controller<?>> make) {}

    public static final List<Entry> ALL = List.of(
            new Entry(
                    "clusterrole-aggregation-controller",
                    "clusterrole-aggregation",
                    settings -> new ClusterRoleAggregation()),
            new Entry("deployment-controller", "deployment", settings -> new DeploymentController()),
            new Entry("endpoints-controller", "endpoint", settings -> new EndpointsController()),
            new Entry("endpointslice-controller", "endpointslice", settings -> new EndpointSliceController()),
            new Entry(
                    "endpointslice-mirroring-controller",
                    "endpointslicemirroring",
                    settings -> new EndpointSliceMirroring()),
            new Entry("garbage-collector-controller", "garbagecollector", settings -> new GarbageCollector()),
            new Entry("namespace-controller", "namespace", settings -> new NamespaceController()),
            new Entry("node-lifecycle-controller", "nodelifecycle", settings -> new NodeLifecycleController()),
            new Entry("pod-garbage-collector-controller", "podgc", settings -> new PodGarbageCollector()),
            new Entry("replicaset-controller", "replicaset", settings -> new ReplicaSetController()),
            new Entry(
                    "replicationcontroller-controller",
                    "replicationcontroller",
                    settings -> new ReplicationControllerController()),
            new Entry(
                    "root-ca-certificate-publisher-controller",
                    "root-ca-cert-publisher",
                    settings -> new RootCertificatePublisher(settings.rootCertificates())),
            new Entry("serviceaccount-controller", "serviceaccount", settings -> new ServiceAccountController()),
            new Entry("taint-eviction-controller", "taint-eviction", settings -> new TaintEvictionController()));

    private Controllers() {}

    /// Those that a list names, as in `--controllers`: `*` for all, `name` for one, `-name` for all but one;
    /// names may be the
    /// old ones.
    ///
    /// @throws IllegalArgumentException for a name that is none
    public static List<Controller<?>> select(List<String> list, Settings settings) {
        var wanted = new LinkedHashSet<String>();
        var unwanted = new LinkedHashSet<String>();
        for (String each : list) {
            if (each.equals("*")) ALL.forEach(entry -> wanted.add(entry.name()));
            else if (each.startsWith("-")) unwanted.add(named(each.substring(1)));
            else wanted.add(named(each));
        }
        if (list.isEmpty()) ALL.forEach(entry -> wanted.add(entry.name()));
        wanted.removeAll(unwanted);
        var controllers = new ArrayList<Controller<?>>();
        for (Entry entry : ALL)
            if (wanted.contains(entry.name())) controllers.add(entry.make().apply(settings));
        return controllers;
    }

    private static String named(String name) {
        for (Entry entry : ALL) if (entry.name().equals(name) || entry.alias().equals(name)) return entry.name();
        throw new IllegalArgumentException("\"" + name + "\" is not in the list of known controllers: "
                + String.join(", ", ALL.stream().map(Entry::name).toList()));
    }
}
