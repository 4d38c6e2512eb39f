package io.amphora.clients;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.jetty.JettyHttpClientFactory;
import io.fabric8.kubernetes.client.okhttp.OkHttpClientFactory;
import io.fabric8.kubernetes.client.vertx.VertxHttpClientFactory;
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
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(url)
                .withNamespace("default")
                .withCaCertData(ClientCluster.authority())
                .withOauthToken(ClientCluster.TOKEN)
                .withWatchReconnectInterval(100)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(factory.get())
                .build();
    }
}
