package io.amphora.kubelet.image;

import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.container.Environment;
import io.amphora.kubelet.container.Surroundings;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime.Credentials;
import io.amphora.runtime.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The credentials in a Pod's `imagePullSecrets` that are for an image's registry.
public final class PullSecrets {
    private PullSecrets() {}

    public static List<Credentials> of(Pod pod, String image, Surroundings.Objects objects) {
        var reference = ImageReference.parse(image);
        var found = new ArrayList<Credentials>();
        if (reference.isEmpty()) return found;
        for (var ref : pod.spec().imagePullSecrets()) {
            var secret = objects.secret(pod.namespace(), ref.name());
            if (secret.isEmpty()) continue;
            var data = Environment.data(secret.get());
            try {
                if (data.containsKey(".dockerconfigjson"))
                    match(Json.read(data.get(".dockerconfigjson")).object().object("auths"), reference.get())
                            .ifPresent(found::add);
                else if (data.containsKey(".dockercfg"))
                    match(Json.read(data.get(".dockercfg")).object(), reference.get())
                            .ifPresent(found::add);
            } catch (JsonSyntaxException broken) {
                continue; // a Secret that says nothing
            }
        }
        return found;
    }

    private static Optional<Credentials> match(ObjectTree auths, ImageReference image) {
        String wanted = image.registry() + "/" + image.repository();
        ObjectTree best = null;
        int longest = -1;
        for (var entry : auths) {
            String key = bare(entry.getKey());
            if (!(wanted + "/").startsWith(key + "/") || key.length() <= longest) continue;
            longest = key.length();
            best = entry.getValue().object();
        }
        return best == null ? Optional.empty() : Optional.of(credentials(best));
    }

    /// `https://index.docker.io/v1/` and `docker.io` are the same place.
    private static String bare(String key) {
        String bare = key.replaceFirst("^https?://", "").replaceFirst("/(v1|v2)?/?$", "");
        return bare.equals("index.docker.io") ? "docker.io" : bare;
    }

    private static Credentials credentials(ObjectTree auth) {
        String user = auth.text("username");
        String password = auth.text("password");
        if (!auth.text("auth").isEmpty()) {
            String decoded = new String(Base64.getDecoder().decode(auth.text("auth")), StandardCharsets.UTF_8);
            int colon = decoded.indexOf(':');
            if (colon > 0) {
                user = decoded.substring(0, colon);
                password = decoded.substring(colon + 1);
            }
        }
        return new Credentials(user, password, auth.text("identitytoken"), auth.text("registrytoken"), "");
    }
}
