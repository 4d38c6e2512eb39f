package io.amphora.kubelet.volume;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.DownwardAPIVolumeFile;
import io.amphora.api.core.v1.KeyToPath;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.ProjectedVolumeSource;
import io.amphora.api.core.v1.Volume;
import io.amphora.kubelet.container.ConfigError;
import io.amphora.kubelet.container.Environment;
import io.amphora.kubelet.container.Fields;
import io.amphora.kubelet.container.Surroundings;
import io.amphora.kubelet.volume.AtomicWriter.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The files of volumes that are made from objects: configMap, secret, downwardAPI, projected.
final class Payloads {
    private static final int DEFAULT_MODE = 0644;
    private static final long TOKEN_SECONDS = 3600;

    private final Pod pod;
    private final Surroundings around;
    private final Tokens tokens;

    Payloads(Pod pod, Surroundings around, Tokens tokens) {
        this.pod = pod;
        this.around = around;
        this.tokens = tokens;
    }

    /// Empty for a volume of another kind.
    Optional<Map<String, Payload>> of(Volume volume) throws ConfigError {
        if (volume.findConfigMap().isPresent()) {
            var source = volume.configMap();
            return Optional.of(configMap(
                    source.name(), source.items(), source.findDefaultMode().orElse(DEFAULT_MODE), source.optional()));
        }
        if (volume.findSecret().isPresent()) {
            var source = volume.secret();
            return Optional.of(secret(
                    source.secretName(),
                    source.items(),
                    source.findDefaultMode().orElse(DEFAULT_MODE),
                    source.optional()));
        }
        if (volume.findDownwardAPI().isPresent()) {
            var source = volume.downwardAPI();
            return Optional.of(downward(source.items(), source.findDefaultMode().orElse(DEFAULT_MODE)));
        }
        if (volume.findProjected().isPresent()) return Optional.of(projected(volume.projected()));
        return Optional.empty();
    }

    private Map<String, Payload> projected(ProjectedVolumeSource projected) throws ConfigError {
        int mode = projected.findDefaultMode().orElse(DEFAULT_MODE);
        var files = new LinkedHashMap<String, Payload>();
        for (var source : projected.sources()) {
            if (source.findConfigMap().isPresent()) {
                var map = source.configMap();
                files.putAll(configMap(map.name(), map.items(), mode, map.optional()));
            } else if (source.findSecret().isPresent()) {
                var secret = source.secret();
                files.putAll(secret(secret.name(), secret.items(), mode, secret.optional()));
            } else if (source.findDownwardAPI().isPresent()) {
                files.putAll(downward(source.downwardAPI().items(), mode));
            } else if (source.findServiceAccountToken().isPresent()) {
                var token = source.serviceAccountToken();
                String text = tokens.of(
                        pod, token.audience(), token.findExpirationSeconds().orElse(TOKEN_SECONDS));
                var file = TokenFile.of(pod, mode);
                files.put(token.path(), new Payload(text.getBytes(StandardCharsets.UTF_8), file.mode(), file.owner()));
            } else {
                throw ConfigError.config("a projected source of this kind is not supported by this node");
            }
        }
        return files;
    }

    private Map<String, Payload> configMap(String name, List<KeyToPath> items, int mode, boolean optional)
            throws ConfigError {
        var map = around.objects().configMap(pod.namespace(), name);
        if (map.isEmpty() && !optional) throw ConfigError.config("configmap \"" + name + "\" not found");
        return select(data(map.orElse(ConfigMap.EMPTY)), items, mode, optional, "configmap");
    }

    private Map<String, Payload> secret(String name, List<KeyToPath> items, int mode, boolean optional)
            throws ConfigError {
        var secret = around.objects().secret(pod.namespace(), name);
        if (secret.isEmpty() && !optional) throw ConfigError.config("secret \"" + name + "\" not found");
        return select(secret.map(Environment::data).orElse(Map.of()), items, mode, optional, "secret");
    }

    private static Map<String, byte[]> data(ConfigMap map) {
        var data = new TreeMap<String, byte[]>();
        map.data().forEach((key, value) -> data.put(key, value.getBytes(StandardCharsets.UTF_8)));
        for (var entry : map.tree().object("binaryData")) {
            String text = entry.getValue().text();
            if (text != null) data.put(entry.getKey(), Base64.getDecoder().decode(text));
        }
        return data;
    }

    /// All keys under their own names, or the named ones where they are wanted.
    private static Map<String, Payload> select(
            Map<String, byte[]> data, List<KeyToPath> items, int mode, boolean optional, String kind)
            throws ConfigError {
        var files = new LinkedHashMap<String, Payload>();
        if (items.isEmpty()) data.forEach((key, value) -> files.put(key, new Payload(value, mode)));
        for (var item : items) {
            byte[] value = data.get(item.key());
            if (value == null && optional) continue;
            if (value == null) throw ConfigError.config(kind + " references non-existent key: " + item.key());
            files.put(item.path(), new Payload(value, item.findMode().orElse(mode)));
        }
        return files;
    }

    private Map<String, Payload> downward(List<DownwardAPIVolumeFile> items, int mode) throws ConfigError {
        var files = new LinkedHashMap<String, Payload>();
        for (var item : items) {
            String text = item.findFieldRef().isPresent()
                    ? Fields.of(pod, item.fieldRef().fieldPath(), around)
                    : Fields.of(pod, Container.EMPTY, item.resourceFieldRef(), around);
            files.put(
                    item.path(),
                    new Payload(
                            text.getBytes(StandardCharsets.UTF_8),
                            item.findMode().orElse(mode)));
        }
        return files;
    }
}
