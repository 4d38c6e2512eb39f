package io.amphora.composition;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.client.Client;
import io.amphora.machinery.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Map;

/// The ConfigMaps of kube-system by which others learn whom the server believes.
final class PublishedConfig {
    private final Client admin;

    /// @param admin who may write them
    PublishedConfig(Client admin) {
        this.admin = admin;
    }

    /// @param authority that has signed the certificates of the server's clients, PEM
    void publish(String authority, Clock clock) {
        clientAuthority(authority);
        tokenTracking(clock);
    }

    /// By this, servers that leave authentication to this one know the certificates of its clients. There is
    /// nothing in it of request headers, because there is no proxy in front of whose headers are believed.
    private void clientAuthority(String authority) {
        admin.resource(ConfigMaps.DEFINITION)
                .apply(
                        configMap("extension-apiserver-authentication", Map.of("client-ca-file", authority)),
                        "amphora",
                        true);
    }

    /// Since when the use of tokens in Secrets is tracked: the day of the first start (KEP-2799).
    private void tokenTracking(Clock clock) {
        var maps = admin.resource(ConfigMaps.DEFINITION).inNamespace("kube-system");
        String name = "kube-apiserver-legacy-service-account-token-tracking";
        if (maps.find(name).isPresent()) return;
        LocalDate today = LocalDate.ofInstant(clock.now(), ZoneOffset.UTC);
        maps.create(configMap(name, Map.of("since", today.toString())));
    }

    private static ConfigMap configMap(String name, Map<String, String> data) {
        return ConfigMap.EMPTY
                .withMetadata(ConfigMap.EMPTY.metadata().withName(name).withNamespace("kube-system"))
                .withData(data);
    }
}
