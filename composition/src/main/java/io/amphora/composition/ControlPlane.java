package io.amphora.composition;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.controllers.Controller;
import io.amphora.controllers.ControllerManager;
import io.amphora.controllers.Controllers;
import io.amphora.controllers.Metrics;
import io.amphora.controllers.Settings;
import io.amphora.controllers.simulation.SimulatedNodes;
import io.amphora.http.HttpServer;
import io.amphora.http.Tls;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
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
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The control plane: store, API server and its socket, controllers and scheduler, put together once.
///
/// Controllers and scheduler talk to the server in the same process, as users of their own.
final class ControlPlane implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ControlPlane.class);
    private static final String ISSUER = "https://kubernetes.default.svc.cluster.local";
    private static final Duration DRAIN = Duration.ofSeconds(2);

    private final Store store;
    private final ApiServer server;
    private final HttpServer http;
    private final List<AutoCloseable> parts;

    private ControlPlane(Store store, ApiServer server, HttpServer http, List<AutoCloseable> parts) {
        this.store = store;
        this.server = server;
        this.http = http;
        this.parts = parts;
    }

    /// @param store `rocksdb` or `memory`
    /// @param controllers which of them run, as kube-controller-manager's `--controllers`
    /// @param simulatedNodes how many nodes there are that only pretend
    /// @param kubeconfig where the admin's is written
    record Options(Path data, String store, int port, String controllers, int simulatedNodes, Path kubeconfig) {}

    static ControlPlane start(Options options, Clock clock, Randomness randomness) {
        ClusterNetwork network = ClusterNetwork.DEFAULT;
        Pki pki = new Pki(options.data().resolve("pki"), clock, randomness);
        Pki.Identity kubeletClient =
                pki.identity("apiserver-kubelet-client", "kube-apiserver-kubelet-client", List.of(), List.of());
        Store store = store(options, clock);
        var config = ApiServerConfig.standard()
                .withClock(clock)
                .withRandom(randomness)
                .withServiceCidr(network.serviceCidr())
                .withAddress("127.0.0.1:" + options.port())
                .withPlugins(Plugins.standard(randomness))
                .withServiceAccounts(serviceAccountKeys(pki))
                .withKubelets(Tls.of(kubeletClient.certificate(), kubeletClient.key(), pki.authority()))
                .withLog(failure -> LOG.error("a request failed by the server's own fault", failure));
        ApiServer server = ApiServer.start(store, config);
        HttpServer http = listen(options, pki, network, server);
        Scheduler scheduler = new Scheduler(
                new Client(
                        server.transport(User.of("system:kube-scheduler", User.MASTERS, User.AUTHENTICATED)),
                        "kube-scheduler"),
                clock,
                randomness);
        scheduler.start();
        var controllers = new ControllerManager(
                new Client(
                        server.transport(User.of("system:kube-controller-manager", User.MASTERS, User.AUTHENTICATED)),
                        "kube-controller-manager"),
                clock,
                Metrics.NONE,
                controllers(options, pki));
        controllers.start();
        var simulated = new SimulatedNodes(
                new Client(
                        server.transport(User.of("system:simulated-nodes", User.MASTERS, User.AUTHENTICATED)),
                        "kubelet"),
                clock,
                options.simulatedNodes());
        if (options.simulatedNodes() > 0) simulated.start();
        Pki.Identity admin = pki.identity("admin", "kubernetes-admin", List.of(User.MASTERS), List.of());
        Connections.write(options.kubeconfig(), "https://127.0.0.1:" + http.port(), pki.authority(), admin);
        return new ControlPlane(store, server, http, List.of(scheduler, controllers, simulated));
    }

    private static List<Controller<?>> controllers(Options options, Pki pki) {
        try {
            return Controllers.select(List.of(options.controllers().split(",")), new Settings(pki.authority()));
        } catch (IllegalArgumentException unknown) {
            throw new UserError("--controllers: " + unknown.getMessage());
        }
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

    private static HttpServer listen(Options options, Pki pki, ClusterNetwork network, ApiServer server) {
        List<String> names = List.of(
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc." + network.domain(),
                "localhost",
                "127.0.0.1",
                network.hostAddress(),
                network.serviceCidr().replaceFirst("\\.0/.*", ".1"));
        Pki.Identity identity = pki.identity("apiserver", "kube-apiserver", List.of(), names);
        try {
            return HttpServer.start(
                    HttpServer.Options.on("0.0.0.0", options.port())
                            .withTls(Tls.of(identity.certificate(), identity.key(), pki.authority())),
                    server.http());
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
        server.close();
        store.close();
    }
}
