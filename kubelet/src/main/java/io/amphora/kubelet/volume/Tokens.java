package io.amphora.kubelet.volume;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.ServiceAccounts;
import io.amphora.client.Client;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The tokens of Pods' service accounts (TokenRequest): asked for once, and anew when four fifths of their time
/// or a
/// day has passed.
final class Tokens {
    private static final Duration LONGEST = Duration.ofHours(24);

    private final Client client;
    private final Clock clock;
    private final Map<Key, Token> tokens = new ConcurrentHashMap<>();

    Tokens(Client client, Clock clock) {
        this.client = client;
        this.clock = clock;
    }

    private record Key(String podUid, String audience, long seconds) {}

    private record Token(String text, Instant renewAt) {}

    /// @throws ApiException when the API server refuses
    String of(Pod pod, String audience, long seconds) {
        var key = new Key(pod.uid(), audience, seconds);
        var held = tokens.get(key);
        if (held != null && clock.now().isBefore(held.renewAt())) return held.text();
        var fresh = request(pod, audience, seconds);
        tokens.put(key, fresh);
        return fresh.text();
    }

    private Token request(Pod pod, String audience, long seconds) {
        var now = clock.now();
        var spec = ObjectTree.builder()
                .put("audiences", audience.isEmpty() ? ListTree.EMPTY : ListTree.from(List.of(audience)))
                .put("expirationSeconds", seconds)
                .put(
                        "boundObjectRef",
                        ObjectTree.of("apiVersion", "v1", "kind", "Pod", "name", pod.name(), "uid", pod.uid()))
                .build();
        var request = ObjectTree.of("apiVersion", "authentication.k8s.io/v1", "kind", "TokenRequest", "spec", spec);
        var answer = client.resource(ServiceAccounts.DEFINITION)
                .inNamespace(pod.namespace())
                .createSubresource(pod.spec().serviceAccountName(), "token", request);
        var status = answer.object("status");
        var expires = Instant.parse(status.text("expirationTimestamp"));
        var life = Duration.between(now, expires);
        var wait = life.multipliedBy(4).dividedBy(5);
        return new Token(status.text("token"), now.plus(wait.compareTo(LONGEST) < 0 ? wait : LONGEST));
    }

    void forget(String podUid) {
        tokens.keySet().removeIf(key -> key.podUid().equals(podUid));
    }
}
