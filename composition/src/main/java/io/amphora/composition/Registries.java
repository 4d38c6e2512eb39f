package io.amphora.composition;

import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.runtime.FileTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What the configuration file says of registries, by host, and how a node is told: containerd by a `hosts.toml` per
/// registry, the kubelet by a `config.json` as Docker's in its root folder. Both are read at every pull, so that a node
/// which runs need not start again.
record Registries(Map<String, Registry> byHost) {
    static final Registries NONE = new Registries(Map.of());

    /// @param mirrors asked first, in order
    record Registry(Endpoint self, List<Endpoint> mirrors) {}

    /// @param host with its port, if it isn't the usual one
    /// @param authority certificates in PEM that its own must descend from; empty for the machine's usual ones
    record Endpoint(String host, String username, String password, Optional<String> authority, boolean plainHttp) {
        /// Docker Hub's API has another name than its images.
        String url() {
            return (plainHttp ? "http://" : "https://") + (host.equals("docker.io") ? "registry-1.docker.io" : host);
        }
    }

    /// Tells a node; what it was told before holds no more.
    ///
    /// @param hosts the folder of `hosts.toml` files
    /// @param credentials the kubelet's file
    void write(Path hosts, Path credentials) throws IOException {
        FileTrees.delete(hosts);
        Files.createDirectories(hosts);
        for (var entry : byHost.entrySet()) {
            Path folder = Files.createDirectories(hosts.resolve(entry.getKey()));
            Pki.writePrivately(folder.resolve("hosts.toml"), toml(entry.getValue(), folder));
        }
        Files.createDirectories(credentials.getParent());
        Pki.writePrivately(credentials, dockerConfig());
    }

    private static String toml(Registry registry, Path folder) throws IOException {
        var text = new StringBuilder("server = ")
                .append(quoted(registry.self().url()))
                .append('\n');
        // containerd 1.6 does not heed an authority that is said of the server itself, so that is listed as a host too.
        var hosts = new ArrayList<>(registry.mirrors());
        if (registry.self().authority().isPresent()) hosts.add(registry.self());
        int number = 1;
        for (Endpoint host : hosts) {
            String table = "host." + quoted(host.url());
            text.append("\n[").append(table).append("]\ncapabilities = [\"pull\", \"resolve\"]\n");
            text.append(authority(host, folder.resolve("ca-" + number++ + ".crt")));
            // A pull carries the registry's own credentials, so a mirror's are a header.
            if (host != registry.self() && !host.username().isEmpty())
                text.append("[")
                        .append(table)
                        .append(".header]\nauthorization = ")
                        .append(quoted("Basic " + basic(host)))
                        .append('\n');
        }
        return text.toString();
    }

    private static String authority(Endpoint endpoint, Path copy) throws IOException {
        if (endpoint.authority().isEmpty()) return "";
        Files.writeString(copy, endpoint.authority().get());
        return "ca = " + quoted(copy.toString()) + "\n";
    }

    private String dockerConfig() {
        var auths = ObjectTree.builder();
        new TreeMap<>(byHost).forEach((host, registry) -> {
            if (!registry.self().username().isEmpty()) auths.put(host, ObjectTree.of("auth", basic(registry.self())));
        });
        return Json.write(ObjectTree.of("auths", auths.build()));
    }

    private static String basic(Endpoint endpoint) {
        String pair = endpoint.username() + ":" + endpoint.password();
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    @Override
    public String toString() {
        return "Registries" + byHost.keySet(); // no secrets
    }
}
