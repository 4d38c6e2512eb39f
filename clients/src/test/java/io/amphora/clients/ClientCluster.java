package io.amphora.clients;

import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.Components;
import io.amphora.apiserver.auth.User;
import io.amphora.client.Client;
import io.amphora.composition.Pki;
import io.amphora.controllers.ControllerManager;
import io.amphora.controllers.Controllers;
import io.amphora.controllers.Metrics;
import io.amphora.controllers.Settings;
import io.amphora.http.HttpServer;
import io.amphora.http.Tls;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.store.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A server over a store, on a port of its own with TLS, and the controllers without which namespaces do not end.
final class ClientCluster implements AutoCloseable {
    static final String TOKEN = "a-token-of-the-administrator";

    private static final Clock CLOCK = Clock.system();
    private static final Pki PKI = new Pki(Path.of("target", "pki"), CLOCK, Randomness.system());

    private final ApiServer server;
    private final HttpServer http;
    private final ControllerManager controllers;

    private ClientCluster(Store store, int port) {
        var admin = new User("admin", "admin", List.of(User.MASTERS), Map.of());
        server = ApiServer.start(
                store,
                ApiServerConfig.standard()
                        .withPlugins(Plugins.standard(Randomness.system()))
                        .withTokens(List.of(
                                (token, audiences) -> token.equals(TOKEN) ? Optional.of(admin) : Optional.empty())));
        Pki.Identity identity = PKI.server("apiserver", "kube-apiserver", List.of("127.0.0.1"));
        try {
            http = HttpServer.start(
                    HttpServer.Options.on("127.0.0.1", port)
                            .withTls(Tls.of(identity.certificate(), identity.key(), PKI.authority())),
                    server.http());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        controllers = new ControllerManager(
                new Client(server.transport(Components.CONTROLLER_MANAGER), "kube-controller-manager"),
                account -> new Client(server.transport(Components.controller(account)), "kube-controller-manager"),
                CLOCK,
                Metrics.NONE,
                Controllers.select(
                        List.of(
                                "serviceaccount-controller",
                                "namespace-controller",
                                "garbage-collector-controller",
                                "deployment-controller",
                                "replicaset-controller"),
                        new Settings(PKI.authority())));
        controllers.start();
    }

    /// @param store stays open when this is closed
    /// @param port 0 for any
    static ClientCluster start(Store store, int port) {
        return new ClientCluster(store, port);
    }

    int port() {
        return http.port();
    }

    String url() {
        return "https://127.0.0.1:" + port();
    }

    /// The certificate of the authority that signed the server's, as PEM.
    static String authority() {
        return PKI.authority();
    }

    /// Of an administrator, as the kubeconfigs have them.
    static Pki.Identity administrator() {
        return PKI.client("admin", "kubernetes-admin", List.of(User.MASTERS));
    }

    @Override
    public void close() {
        http.close();
        controllers.close();
        server.close();
    }
}
