package io.amphora.clients;

import io.amphora.composition.Pki;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.jetty.JettyHttpClientFactory;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Supplier;

/// fabric8's client, over each of the HTTP clients that it can be used with.
enum Fabric8Client {
    VERTX(VertxHttpClientFactory::new),
    JDK(JdkHttpClientFactory::new),
    OKHTTP(OkHttpClientFactory::new),
    JETTY(JettyHttpClientFactory::new);

    private final Supplier<HttpClient.Factory> factory;

    Fabric8Client(Supplier<HttpClient.Factory> factory) {
        this.factory = factory;
    }

    KubernetesClient connect(ClientCluster cluster) {
        return connect(cluster.url());
    }

    KubernetesClient connect(String url) {
        return connect(config(url).withOauthToken(ClientCluster.TOKEN).build());
    }

    /// By a kubeconfig with a certificate and its key, as ours are.
    KubernetesClient connect(ClientCluster cluster, Pki.Identity identity) {
        return connect(Config.fromKubeconfig("""
                apiVersion: v1
                kind: Config
                clusters: [{name: amphora, cluster: {server: "%s", certificate-authority-data: %s}}]
                users: [{name: amphora, user: {client-certificate-data: %s, client-key-data: %s}}]
                contexts: [{name: amphora, context: {cluster: amphora, user: amphora, namespace: default}}]
                current-context: amphora
                """.formatted(
                        cluster.url(),
                        base64(ClientCluster.authority()),
                        base64(identity.certificate()),
                        base64(identity.key()))));
    }

    private static ConfigBuilder config(String url) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withNamespace("default")
                .withCaCertData(ClientCluster.authority())
                .withWatchReconnectInterval(100);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private KubernetesClient connect(Config config) {
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(factory.get())
                .build();
    }
}
