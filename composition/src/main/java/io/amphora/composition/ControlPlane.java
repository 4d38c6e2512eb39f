package io.amphora.composition;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.api.rbac.v1.ClusterRoleBinding;
import io.amphora.api.rbac.v1.ClusterRoleBindings;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.AdmissionPlugin;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.BootstrapPolicy;
import io.amphora.apiserver.auth.Components;
import io.amphora.apiserver.auth.SecretTokens;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.client.Informers;
import io.amphora.controllers.Controller;
import io.amphora.controllers.ControllerManager;
import io.amphora.controllers.Controllers;
import io.amphora.controllers.Settings;
import io.amphora.controllers.WorkqueueFigures;
import io.amphora.controllers.simulation.SimulatedNodes;
import io.amphora.http.HttpHandler;
import io.amphora.http.HttpServer;
import io.amphora.http.Tls;
import io.amphora.machinery.net.Cidr;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.proxy.NodeRoutes;
import io.amphora.proxy.Ruleset;
import io.amphora.proxy.ServiceProxy;
import io.amphora.scheduler.Scheduler;
import io.amphora.store.MemoryStore;
import io.amphora.store.RocksDbStore;
import io.amphora.store.Store;
import io.amphora.store.StoreException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The control plane: store, API server and its socket, controllers and scheduler, put together once.
///
/// Controllers and scheduler talk to the server in the same process, as users of their own.
final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final String EMERGENCY = "super-admin";

    private final Opened api;
    private final HttpServer http;
    private final List<AutoCloseable> parts;

    private ControlPlane(Opened api, HttpServer http, List<AutoCloseable> parts) {
        this.api = api;
        this.http = http;
        this.parts = parts;
    }

    /// @param store `rocksdb` or `memory`
    /// @param controllers which of them run, and whether the scheduler does
    /// @param simulatedNodes how many nodes there are that only pretend
    /// @param kubeconfig where the admin's is written
    /// @param advertised the address by which nodes and Pods reach the server
    /// @param hostNetwork whether this machine, which is no node, is to reach Pods and Services
    /// @param network the ranges of the cluster's addresses
    record Options(
            Path data,
            String store,
            int port,
            ControllerList controllers,
            int simulatedNodes,
            Path kubeconfig,
            String advertised,
            boolean hostNetwork,
            ClusterNetwork network,
            Patience patience,
            Hardening hardening) {}

    /// The port is opened while the store is, which takes about as long; who asks before the API is there waits for it.
    static ControlPlane start(Options options, Clock clock, Randomness randomness) {
        ClusterNetwork network = options.network();
        PrivateFolder.make(options.data());
        network.write(Installation.at(options.data()).network());
        Pki pki = new Pki(options.data().resolve("pki"), clock, randomness);
        var api = new CompletableFuture<ApiServer>();
        var listening = new FutureTask<>(() ->
                listen(options, pki, network, exchange -> api.join().http().handle(exchange)));
        Thread.ofPlatform().name("listen").start(listening);
        Opened opened;
        try {
            opened = open(options, network, pki, clock, randomness);
        } catch (RuntimeException failure) {
            abandon(listening);
            throw failure;
        }
        HttpServer http;
        try {
            http = listened(listening);
        } catch (RuntimeException failure) {
            opened.close();
            throw failure;
        }
        ApiServer server = opened.server();
        api.complete(server);
        var figures = new WorkqueueFigures();
        server.measure(figures);
        var controllers = new ControllerManager(
                new Client(server.transport(Components.CONTROLLER_MANAGER), "kube-controller-manager"),
                account -> new Client(server.transport(Components.controller(account)), "kube-controller-manager"),
                clock,
                figures,
                controllers(options, pki));
        controllers.start();
        server.watchOver("controller-manager", Optional::empty);
        var simulated = new SimulatedNodes(
                new Client(server.transport(Components.SIMULATED_NODES), "kubelet"), clock, options.simulatedNodes());
        if (options.simulatedNodes() > 0) simulated.start();
        writeKubeconfigs(options, pki, server, "https://127.0.0.1:" + http.port());
        publishClusterInfo(options, pki, server);
        new PublishedConfig(new Client(server.transport(User.ADMIN), "amphora")).publish(pki.authority(), clock);
        var parts = new ArrayList<AutoCloseable>(List.of(controllers, simulated));
        if (options.controllers().scheduler()) {
            parts.addFirst(scheduler(server, clock, randomness));
            server.watchOver("scheduler", Optional::empty); // it runs for as long as this process
        }
        if (options.hostNetwork()) parts.addAll(hostNetwork(network, server, clock));
        return new ControlPlane(opened, http, List.copyOf(parts));
    }

    /// The store and the API over it.
    private record Opened(Store store, ApiServer server) implements AutoCloseable {
        @Override
        public void close() {
            server.close();
            store.close();
        }
    }

    private static Opened open(Options options, ClusterNetwork network, Pki pki, Clock clock, Randomness randomness) {
        Store store = store(options, clock);
        try {
            Pki.Identity kubeletClient = pki.client("apiserver-kubelet-client", User.KUBELET_CLIENT, List.of());
            var config = ApiServerConfig.standard()
                    .withClock(clock)
                    .withRandom(randomness)
                    .withServiceCidr(network.serviceCidr())
                    .withAddress(options.advertised() + ":" + options.port())
                    .withPlugins(plugins(options, randomness))
                    .withAnonymous(options.hardening().anonymousAuth())
                    .withServiceAccounts(serviceAccountKeys(pki))
                    .withKubelets(Tls.of(kubeletClient.certificate(), kubeletClient.key(), pki.authority()))
                    .withLog(new FaultLog(clock));
            return new Opened(store, ApiServer.start(store, config));
        } catch (RuntimeException failure) {
            store.close();
            throw failure;
        }
    }

    private static List<AdmissionPlugin> plugins(Options options, Randomness randomness) {
        var plugins = new ArrayList<>(options.hardening().admission());
        plugins.addAll(Plugins.standard(
                randomness,
                options.patience().tolerations(),
                options.hardening().podSecurity()));
        return List.copyOf(plugins);
    }

    /// The administrator's, whose rights can be taken away like anybody's, and one for emergencies.
    private static void writeKubeconfigs(Options options, Pki pki, ApiServer server, String address) {
        if (!pki.has(EMERGENCY)) bindClusterAdmins(server); // a cluster of before has no such binding
        Pki.Identity emergency = pki.client(EMERGENCY, "kubernetes-super-admin", List.of(User.MASTERS));
        Pki.Identity admin = pki.client("admin", "kubernetes-admin", List.of(BootstrapPolicy.CLUSTER_ADMINS));
        Connections.write(options.kubeconfig(), address, pki.authority(), admin);
        Path file = options.data().resolve(EMERGENCY + ".kubeconfig");
        if (!file.equals(options.kubeconfig())) Connections.write(file, address, pki.authority(), emergency);
    }

    private static void bindClusterAdmins(ApiServer server) {
        var bindings = new Client(server.transport(User.ADMIN), "amphora").resource(ClusterRoleBindings.DEFINITION);
        if (bindings.find(BootstrapPolicy.CLUSTER_ADMINS).isEmpty())
            bindings.create(ClusterRoleBinding.of(BootstrapPolicy.clusterAdmins()));
    }

    /// What a machine that wants to join reads first, and anybody may (as kubeadm has it); and the ranges of addresses,
    /// which a node reads at each start.
    private static void publishClusterInfo(Options options, Pki pki, ApiServer server) {
        ObjectTree cluster = ObjectTree.of(
                "server",
                "https://" + options.advertised() + ":" + options.port(),
                "certificate-authority-data",
                Pki.base64(pki.authority()));
        ObjectTree config = ObjectTree.of(
                "apiVersion", "v1",
                "kind", "Config",
                "clusters", ListTree.of(ObjectTree.of("name", "", "cluster", cluster)));
        var data = new LinkedHashMap<>(options.network().data());
        data.put("kubeconfig", Yaml.write(config));
        var info = ConfigMap.EMPTY
                .withMetadata(
                        ConfigMap.EMPTY.metadata().withName("cluster-info").withNamespace("kube-public"))
                .withData(data);
        new Client(server.transport(User.ADMIN), "amphora")
                .resource(ConfigMaps.DEFINITION)
                .apply(info, "amphora", true);
    }

    /// This machine's own routes to Pods, and its own rules for Services.
    private static List<AutoCloseable> hostNetwork(ClusterNetwork network, ApiServer server, Clock clock) {
        var informers = new Informers(new Client(server.transport(Components.PROXY), "kube-proxy"), clock);
        var routes = new NodeRoutes(informers, "", clock);
        var proxy = new ServiceProxy(informers, new Ruleset.Place(""), network.podCidr(), network.serviceCidr(), clock)
                .start();
        return List.of(proxy, routes, informers);
    }

    private static List<Controller<?>> controllers(Options options, Pki pki) {
        try {
            ClusterNetwork network = options.network();
            Settings settings = new Settings(pki.authority())
                    .withTokens(issuer(pki))
                    .withAuthority(pki.signer())
                    .withPodCidr(Objects.requireNonNull(Cidr.parse(network.podCidr())), network.nodeMask())
                    .withClusterDns(network.dnsAddress())
                    .withNodeGrace(options.patience().node());
            return Controllers.select(options.controllers().controllers(), settings);
        } catch (IllegalArgumentException unknown) {
            throw new UserError("--controllers: " + unknown.getMessage());
        }
    }

    private static Settings.TokenIssuer issuer(Pki pki) {
        ECPrivateKey key = serviceAccountKeys(pki).privateKey();
        return (account, secret) -> SecretTokens.issue(key, account, secret);
    }

    private static Scheduler scheduler(ApiServer server, Clock clock, Randomness randomness) {
        var scheduler =
                new Scheduler(new Client(server.transport(Components.SCHEDULER), "kube-scheduler"), clock, randomness);
        scheduler.start();
        return scheduler;
    }

    private static ApiServerConfig.ServiceAccountKeys serviceAccountKeys(Pki pki) {
        KeyPair keys = pki.keyPair("service-accounts");
        return new ApiServerConfig.ServiceAccountKeys(
                ISSUER, (ECPublicKey) keys.getPublic(), (ECPrivateKey) keys.getPrivate());
    }

    private static Store store(Options options, Clock clock) {
        try {
            return switch (options.store()) {
                case "memory" -> new MemoryStore();
                case "rocksdb" -> RocksDbStore.open(options.data().resolve("store"), clock);
                default -> throw new UserError("--store is rocksdb or memory, not " + options.store());
            };
        } catch (StoreException unusable) {
            throw new UserError(String.valueOf(unusable.getMessage()));
        }
    }

    private static HttpServer listened(FutureTask<HttpServer> listening) {
        try {
            return listening.get();
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof UserError said) throw said;
            throw new IllegalStateException(failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UserError("interrupted as it started");
        }
    }

    /// The port is of no use any more, if it came to be open at all.
    private static void abandon(FutureTask<HttpServer> listening) {
        try {
            listened(listening).close();
        } catch (RuntimeException failedToo) {
            LOG.debug("listening failed as well", failedToo);
        }
    }

    private static HttpServer listen(Options options, Pki pki, ClusterNetwork network, HttpHandler handler) {
        List<String> names = List.of(
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc." + network.domain(),
                "localhost",
                "127.0.0.1",
                network.hostAddress(),
                options.advertised(),
                network.serverAddress());
        Pki.Identity identity = pki.server("apiserver", "kube-apiserver", names);
        try {
            return HttpServer.start(
                    HttpServer.Options.on("0.0.0.0", options.port())
                            .withTls(Tls.of(identity.certificate(), identity.key(), pki.authority())),
                    handler);
        } catch (IOException taken) {
            throw new UserError(taken.getMessage() + "; say another with --port");
        }
    }

    int port() {
        return http.port();
    }

    @Override
    public void close() {
        http.drain(DRAIN);
        http.close();
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception failure) {
                LOG.warn("stopping {} failed", part, failure);
            }
        }
        api.close();
    }
}
