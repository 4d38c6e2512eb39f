package io.amphora.kubelet.image;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.ContainerRuntime.Credentials;
import io.amphora.runtime.ImageReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Credentials by the place that they are for: `host`, `host:port` or `host/path`. Parts of a host may be patterns
/// (`*.example.com`), a path is the beginning of the image's. All that match count, the most particular first.
final class Keyring {
    private final Map<String, List<Credentials>> byPlace = new TreeMap<>(Comparator.reverseOrder());

    /// @param auths as in Docker's configuration: place -> `username`, `password`, `auth`
    void add(ObjectTree auths) {
        for (var entry : auths)
            credentials(entry.getValue().object())
                    .ifPresent(found -> byPlace.computeIfAbsent(place(entry.getKey()), place -> new ArrayList<>())
                            .add(found));
    }

    List<Credentials> find(ImageReference image) {
        var found = new ArrayList<Credentials>();
        byPlace.forEach((place, credentials) -> {
            if (matches(place, image)) found.addAll(credentials);
        });
        return found;
    }

    /// `https://index.docker.io/v1/` and `docker.io` are the same place.
    private static String place(String key) {
        String bare = key.replaceFirst("^https?://", "").replaceFirst("^([^/]*)/v[12](/|$)", "$1/");
        int slash = bare.indexOf('/');
        String host = slash < 0 ? bare : bare.substring(0, slash);
        String path = slash < 0 ? "" : bare.substring(slash + 1);
        if (host.equals("index.docker.io") || host.equals("registry-1.docker.io")) host = "docker.io";
        return path.isEmpty() ? host : host + "/" + path;
    }

    private static boolean matches(String place, ImageReference image) {
        int slash = place.indexOf('/');
        String host = slash < 0 ? place : place.substring(0, slash);
        String path = slash < 0 ? "" : place.substring(slash + 1);
        return matchesHost(host, image.registry()) && image.repository().startsWith(path);
    }

    private static boolean matchesHost(String pattern, String host) {
        int patternPort = pattern.lastIndexOf(':');
        int hostPort = host.lastIndexOf(':');
        String wantedPort = patternPort < 0 ? "" : pattern.substring(patternPort);
        String port = hostPort < 0 ? "" : host.substring(hostPort);
        if (!wantedPort.equals(port)) return false;
        String[] wanted = (patternPort < 0 ? pattern : pattern.substring(0, patternPort)).split("\\.");
        String[] parts = (hostPort < 0 ? host : host.substring(0, hostPort)).split("\\.");
        if (wanted.length != parts.length) return false;
        for (int i = 0; i < parts.length; i++) if (!matchesPart(wanted[i], parts[i])) return false;
        return true;
    }

    /// A `*` stands for any text, a `?` for any character.
    private static boolean matchesPart(String pattern, String part) {
        var regex = new StringBuilder();
        for (char c : pattern.toCharArray())
            regex.append(c == '*' ? ".*" : c == '?' ? "." : java.util.regex.Pattern.quote(String.valueOf(c)));
        return part.matches(regex.toString());
    }

    private static Optional<Credentials> credentials(ObjectTree auth) {
        String user = auth.text("username");
        String password = auth.text("password");
        if (!auth.text("auth").isEmpty()) {
            try {
                byte[] decoded = Base64.getDecoder().decode(auth.text("auth").strip());
                String pair = new String(decoded, StandardCharsets.UTF_8);
                int colon = pair.indexOf(':');
                if (colon < 0) return Optional.empty();
                user = pair.substring(0, colon);
                password = pair.substring(colon + 1);
            } catch (IllegalArgumentException noBase64) {
                return Optional.empty();
            }
        }
        return Optional.of(new Credentials(user, password, auth.text("identitytoken"), auth.text("registrytoken"), ""));
    }
}
