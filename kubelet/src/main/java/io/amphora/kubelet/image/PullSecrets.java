package io.amphora.kubelet.image;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Secret;
import io.amphora.kubelet.container.Environment;
import io.amphora.kubelet.container.Surroundings;
import io.amphora.machinery.io.Bounded;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime.Credentials;
import io.amphora.runtime.ImageReference;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The credentials that are for an image's registry: of a Pod's `imagePullSecrets`, then of the node's own file.
///
/// @param credentials to be tried in order
/// @param missing the Pod's Secrets that there are not
public record PullSecrets(List<Credentials> credentials, List<String> missing) {
    private static final int LARGEST_FILE = 1 << 20;
    private static final Logger LOG = LoggerFactory.getLogger(PullSecrets.class);

    /// @param nodeFile as Docker's `config.json`; read each time, so that a changed one counts at once
    public static PullSecrets of(Pod pod, String image, Surroundings.Objects objects, Path nodeFile) {
        var reference = ImageReference.parse(image);
        if (reference.isEmpty()) return new PullSecrets(List.of(), List.of());
        var ring = new Keyring();
        var missing = new ArrayList<String>();
        for (var ref : pod.spec().imagePullSecrets()) {
            var secret = objects.secret(pod.namespace(), ref.name());
            if (secret.isEmpty()) missing.add(ref.name());
            else add(ring, secret.get());
        }
        var credentials = new ArrayList<>(ring.find(reference.get()));
        credentials.addAll(ofNode(reference.get(), nodeFile));
        return new PullSecrets(credentials, missing);
    }

    private static void add(Keyring ring, Secret secret) {
        Map<String, byte[]> data = Environment.data(secret);
        try {
            switch (secret.type()) {
                case "kubernetes.io/dockerconfigjson" ->
                    ring.add(auths(data.getOrDefault(".dockerconfigjson", new byte[0])));
                case "kubernetes.io/dockercfg" ->
                    ring.add(Json.read(data.getOrDefault(".dockercfg", new byte[0]))
                            .object());
                default -> LOG.debug("Secret {} holds no credentials of registries", secret.name());
            }
        } catch (JsonSyntaxException broken) {
            LOG.warn("Secret {}/{}: {}", secret.namespace(), secret.name(), broken.getMessage());
        }
    }

    /// Meant for their registry alone: a mirror that is asked in its place does not get them.
    private static List<Credentials> ofNode(ImageReference image, Path file) {
        var ring = new Keyring();
        try {
            ring.add(auths(Bounded.whole(file, LARGEST_FILE)));
        } catch (NoSuchFileException none) {
            return List.of();
        } catch (IOException | JsonSyntaxException broken) {
            LOG.warn("{}: {}", file, broken.getMessage());
        }
        String host = image.registry().equals("docker.io") ? "registry-1.docker.io" : image.registry();
        return ring.find(image).stream()
                .map(one -> new Credentials(
                        one.username(), one.password(), one.identityToken(), one.registryToken(), "https://" + host))
                .toList();
    }

    private static ObjectTree auths(byte[] json) {
        return Json.read(json).object().object("auths");
    }
}
