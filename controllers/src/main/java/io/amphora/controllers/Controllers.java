package io.amphora.controllers;

import io.amphora.controllers.Settings.TokenIssuer;
import io.amphora.controllers.access.ClusterRoleAggregation;
import io.amphora.controllers.access.RootCertificatePublisher;
import io.amphora.controllers.access.ServiceAccountController;
import io.amphora.controllers.access.ServiceAccountTokenController;
import io.amphora.controllers.autoscaling.HorizontalPodAutoscalerController;
import io.amphora.controllers.batch.CronJobController;
import io.amphora.controllers.batch.JobController;
import io.amphora.controllers.batch.TtlAfterFinishedController;
import io.amphora.controllers.certificates.CertificateApproval;
import io.amphora.controllers.certificates.CertificateAuthority;
import io.amphora.controllers.certificates.CertificateCleaner;
import io.amphora.controllers.certificates.CertificateSigning;
import io.amphora.controllers.daemonset.DaemonSetController;
import io.amphora.controllers.deployment.DeploymentController;
import io.amphora.controllers.disruption.DisruptionController;
import io.amphora.controllers.endpoints.EndpointSliceController;
import io.amphora.controllers.endpoints.EndpointSliceMirroring;
import io.amphora.controllers.endpoints.EndpointsController;
import io.amphora.controllers.garbage.GarbageCollector;
import io.amphora.controllers.namespace.NamespaceController;
import io.amphora.controllers.network.ClusterDnsController;
import io.amphora.controllers.network.ServiceAddresses;
import io.amphora.controllers.network.ServiceCidrController;
import io.amphora.controllers.node.NodeIpamController;
import io.amphora.controllers.node.NodeLifecycleController;
import io.amphora.controllers.node.NodeTtlController;
import io.amphora.controllers.node.TaintEvictionController;
import io.amphora.controllers.pod.PodGarbageCollector;
import io.amphora.controllers.quota.ResourceQuotaController;
import io.amphora.controllers.replicaset.ReplicaSetController;
import io.amphora.controllers.replicaset.ReplicationControllerController;
import io.amphora.controllers.statefulset.StatefulSetController;
import io.amphora.controllers.volume.AttributesClassProtection;
import io.amphora.controllers.volume.ClaimBinder;
import io.amphora.controllers.volume.ClaimExpansion;
import io.amphora.controllers.volume.ClaimProtection;
import io.amphora.controllers.volume.VolumePhases;
import io.amphora.controllers.volume.VolumeProtection;
import io.amphora.machinery.net.Cidr;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/// All controllers there are, one line each.
public final class Controllers {
    /// @param name as kube-controller-manager has it
    /// @param alias its name before 1.27
    /// @param make one controller, or the halves of one; none where the settings lack what it needs
    public record Entry(String name, String alias, Function<Settings, List<Controller<?>>> make) {}

    /// What kube-controller-manager's `--node-cidr-mask-size` is by default for IPv4.
    private static final int NODE_CIDR_MASK = 24;

    public static final List<Entry> ALL = List.of(
            of("certificatesigningrequest-approving-controller", "csrapproving", CertificateApproval::new),
            of("certificatesigningrequest-cleaner-controller", "csrcleaner", CertificateCleaner::new),
            new Entry("certificatesigningrequest-signing-controller", "csrsigning", Controllers::signing),
            new Entry("cluster-dns-controller", "cluster-dns", Controllers::clusterDns),
            of("clusterrole-aggregation-controller", "clusterrole-aggregation", ClusterRoleAggregation::new),
            of("cronjob-controller", "cronjob", CronJobController::new),
            of("daemonset-controller", "daemonset", DaemonSetController::new),
            of("deployment-controller", "deployment", DeploymentController::new),
            of("disruption-controller", "disruption", DisruptionController::new),
            of("endpoints-controller", "endpoint", EndpointsController::new),
            of("endpointslice-controller", "endpointslice", EndpointSliceController::new),
            of("endpointslice-mirroring-controller", "endpointslicemirroring", EndpointSliceMirroring::new),
            of("garbage-collector-controller", "garbagecollector", GarbageCollector::new),
            of(
                    "horizontal-pod-autoscaler-controller",
                    "horizontalpodautoscaling",
                    HorizontalPodAutoscalerController::new),
            of("job-controller", "job", JobController::new),
            of("namespace-controller", "namespace", NamespaceController::new),
            new Entry("node-ipam-controller", "nodeipam", Controllers::nodeIpam),
            new Entry(
                    "node-lifecycle-controller",
                    "nodelifecycle",
                    settings -> List.of(new NodeLifecycleController(settings.nodeGrace()))),
            of("persistentvolume-binder-controller", "persistentvolume-binder", ClaimBinder::new, VolumePhases::new),
            of("persistentvolume-expander-controller", "persistentvolume-expander", ClaimExpansion::new),
            of("persistentvolume-protection-controller", "pv-protection", VolumeProtection::new),
            of("persistentvolumeclaim-protection-controller", "pvc-protection", ClaimProtection::new),
            of("pod-garbage-collector-controller", "podgc", PodGarbageCollector::new),
            of("replicaset-controller", "replicaset", ReplicaSetController::new),
            of("replicationcontroller-controller", "replicationcontroller", ReplicationControllerController::new),
            of("resourcequota-controller", "resourcequota", ResourceQuotaController::new),
            new Entry(
                    "root-ca-certificate-publisher-controller",
                    "root-ca-cert-publisher",
                    settings -> List.of(new RootCertificatePublisher(settings.rootCertificates()))),
            of("service-cidr-controller", "service-cidr", ServiceCidrController::new),
            of("service-ipaddress-controller", "service-ipaddress", ServiceAddresses::new),
            of("serviceaccount-controller", "serviceaccount", ServiceAccountController::new),
            new Entry("serviceaccount-token-controller", "serviceaccount-token", Controllers::tokenController),
            of("statefulset-controller", "statefulset", StatefulSetController::new),
            of("taint-eviction-controller", "taint-eviction", TaintEvictionController::new),
            of("ttl-after-finished-controller", "ttl-after-finished", TtlAfterFinishedController::new),
            of("ttl-controller", "ttl", NodeTtlController::new),
            of("volumeattributesclass-protection-controller", "vac-protection", AttributesClassProtection::new));

    /// The ServiceAccounts of kube-system that controllers have their rights by, where these
    /// are not called like the controller.
    private static final Map<String, String> ACCOUNTS = Map.ofEntries(
            Map.entry("certificatesigningrequest-approving-controller", "certificate-controller"),
            Map.entry("certificatesigningrequest-cleaner-controller", "certificate-controller"),
            Map.entry("certificatesigningrequest-signing-controller", "certificate-controller"),
            Map.entry("daemonset-controller", "daemon-set-controller"),
            Map.entry("endpoints-controller", "endpoint-controller"),
            Map.entry("endpointslice-mirroring-controller", "endpointslicemirroring-controller"),
            Map.entry("garbage-collector-controller", "generic-garbage-collector"),
            Map.entry("horizontal-pod-autoscaler-controller", "horizontal-pod-autoscaler"),
            Map.entry("node-ipam-controller", "node-controller"),
            Map.entry("node-lifecycle-controller", "node-controller"),
            Map.entry("persistentvolume-binder-controller", "persistent-volume-binder"),
            Map.entry("persistentvolume-expander-controller", "expand-controller"),
            Map.entry("persistentvolume-protection-controller", "pv-protection-controller"),
            Map.entry("persistentvolumeclaim-protection-controller", "pvc-protection-controller"),
            Map.entry("pod-garbage-collector-controller", "pod-garbage-collector"),
            Map.entry("replicationcontroller-controller", "replication-controller"),
            Map.entry("root-ca-certificate-publisher-controller", "root-ca-cert-publisher"),
            Map.entry("service-cidr-controller", "service-cidrs-controller"),
            Map.entry("serviceaccount-controller", "service-account-controller"),
            Map.entry("serviceaccount-token-controller", ""), // makes the accounts' tokens, and so has none itself
            Map.entry("taint-eviction-controller", "node-controller"));

    @SafeVarargs
    private static Entry of(String name, String alias, Supplier<? extends Controller<?>>... halves) {
        return new Entry(name, alias, settings -> {
            var controllers = new ArrayList<Controller<?>>();
            for (Supplier<? extends Controller<?>> half : halves) controllers.add(half.get());
            return controllers;
        });
    }

    private static List<Controller<?>> clusterDns(Settings settings) {
        return settings.clusterDns().isEmpty() ? List.of() : List.of(new ClusterDnsController(settings.clusterDns()));
    }

    private static List<Controller<?>> signing(Settings settings) {
        CertificateAuthority authority = settings.authority();
        return authority == null ? List.of() : List.of(new CertificateSigning(authority));
    }

    private static List<Controller<?>> nodeIpam(Settings settings) {
        Cidr cidr = settings.podCidr();
        return cidr == null ? List.of() : List.of(new NodeIpamController(cidr, NODE_CIDR_MASK));
    }

    private static List<Controller<?>> tokenController(Settings settings) {
        TokenIssuer issuer = settings.tokens();
        if (issuer == null) return List.of();
        return List.of(new ServiceAccountTokenController(settings.rootCertificates(), issuer));
    }

    private Controllers() {}

    /// The ServiceAccount of kube-system by which a controller has its rights; "" for the
    /// manager's own.
    static String account(Controller<?> controller) {
        return ACCOUNTS.getOrDefault(controller.name(), controller.name());
    }

    /// Those that a list names, as in `--controllers`: `*` for all, `name` for one, `-name`
    /// for all but one; names may be the old ones.
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
            if (wanted.contains(entry.name())) controllers.addAll(entry.make().apply(settings));
        return controllers;
    }

    private static String named(String name) {
        for (Entry entry : ALL) if (entry.name().equals(name) || entry.alias().equals(name)) return entry.name();
        throw new IllegalArgumentException("\"" + name + "\" is not in the list of known controllers: "
                + String.join(", ", ALL.stream().map(Entry::name).toList()));
    }
}
