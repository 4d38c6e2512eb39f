package io.amphora.kubelet.container;

import io.amphora.api.core.v1.ConfigMap;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.EnvFromSource;
import io.amphora.api.core.v1.EnvVar;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Secret;
import io.amphora.api.core.v1.Service;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A container's environment variables: of services, of whole ConfigMaps and Secrets (`envFrom`), and its own
/// (`env`);
/// a later one
/// wins over an earlier one of the same name.
public final class Environment {
    private Environment() {}

    /// @throws ConfigError when something that is not optional is missing
    public static Map<String, String> of(Pod pod, Container container, Surroundings around) throws ConfigError {
        var variables = new LinkedHashMap<String, String>();
        var services = ofServices(pod, around.services());
        for (var from : container.envFrom()) variables.putAll(all(pod, from, around));
        var expansion = new Expansion();
        for (var variable : container.env()) {
            String value = value(pod, container, variable, expansion, variables, services, around);
            if (value != null) variables.put(variable.name(), value);
        }
        services.forEach(variables::putIfAbsent);
        return variables;
    }

    /// Null for an optional one that is not there.
    private static @Nullable String value(
            Pod pod,
            Container container,
            EnvVar variable,
            Expansion expansion,
            Map<String, String> soFar,
            Map<String, String> services,
            Surroundings around)
            throws ConfigError {
        var from = variable.valueFrom();
        if (variable.findValueFrom().isEmpty())
            return expansion.expand(variable.value(), name -> soFar.getOrDefault(name, services.get(name)));
        if (from.findFieldRef().isPresent())
            return Fields.of(pod, from.fieldRef().fieldPath(), around);
        if (from.findResourceFieldRef().isPresent()) return Fields.of(pod, container, from.resourceFieldRef(), around);
        if (from.findConfigMapKeyRef().isPresent()) {
            var ref = from.configMapKeyRef();
            var map = around.objects().configMap(pod.namespace(), ref.name());
            if (map.isEmpty() && !ref.optional())
                throw ConfigError.config("configmap \"" + ref.name() + "\" not found");
            String value = map.isEmpty() ? null : map.get().data().get(ref.key());
            if (value == null && !ref.optional())
                throw ConfigError.config(
                        "couldn't find key " + ref.key() + " in ConfigMap " + pod.namespace() + "/" + ref.name());
            return value;
        }
        if (from.findSecretKeyRef().isPresent()) {
            var ref = from.secretKeyRef();
            var secret = around.objects().secret(pod.namespace(), ref.name());
            if (secret.isEmpty() && !ref.optional())
                throw ConfigError.config("secret \"" + ref.name() + "\" not found");
            byte[] value = secret.isEmpty() ? null : data(secret.get()).get(ref.key());
            if (value == null && !ref.optional())
                throw ConfigError.config(
                        "couldn't find key " + ref.key() + " in Secret " + pod.namespace() + "/" + ref.name());
            return value == null ? null : new String(value, StandardCharsets.UTF_8);
        }
        throw ConfigError.config(
                "environment variable " + variable.name() + " has a source that is not supported here");
    }

    private static Map<String, String> all(Pod pod, EnvFromSource from, Surroundings around) throws ConfigError {
        var variables = new TreeMap<String, String>();
        if (from.findConfigMapRef().isPresent()) {
            var ref = from.configMapRef();
            var map = around.objects().configMap(pod.namespace(), ref.name());
            if (map.isEmpty() && !ref.optional())
                throw ConfigError.config("configmap \"" + ref.name() + "\" not found");
            map.map(ConfigMap::data)
                    .orElse(Map.of())
                    .forEach((key, value) -> variables.put(from.prefix() + key, value));
        }
        if (from.findSecretRef().isPresent()) {
            var ref = from.secretRef();
            var secret = around.objects().secret(pod.namespace(), ref.name());
            if (secret.isEmpty() && !ref.optional())
                throw ConfigError.config("secret \"" + ref.name() + "\" not found");
            secret.map(Environment::data)
                    .orElse(Map.of())
                    .forEach((key, value) ->
                            variables.put(from.prefix() + key, new String(value, StandardCharsets.UTF_8)));
        }
        return variables;
    }

    /// A Secret's values as they are.
    public static Map<String, byte[]> data(Secret secret) {
        var data = new TreeMap<String, byte[]>();
        for (var entry : secret.tree().object("data")) {
            String text = entry.getValue().text();
            if (text != null) data.put(entry.getKey(), Base64.getDecoder().decode(text));
        }
        return data;
    }

    /// `REDIS_SERVICE_HOST`, `REDIS_SERVICE_PORT` and the rest of Docker's links, for every Service with an
    /// address of
    /// its own.
    static Map<String, String> ofServices(Pod pod, List<Service> services) {
        boolean links = pod.spec().findEnableServiceLinks().orElse(true);
        var variables = new TreeMap<String, String>();
        for (var service : services) {
            boolean master =
                    service.namespace().equals("default") && service.name().equals("kubernetes");
            boolean own = links && service.namespace().equals(pod.namespace());
            String ip = service.spec().clusterIP();
            if (!master && !own || ip.isEmpty() || ip.equals("None")) continue;
            ofService(variables, service, ip);
        }
        return variables;
    }

    private static void ofService(Map<String, String> variables, Service service, String ip) {
        String name = variable(service.name());
        var ports = service.spec().ports();
        if (ports.isEmpty()) return;
        variables.put(name + "_SERVICE_HOST", ip);
        variables.put(name + "_SERVICE_PORT", Integer.toString(ports.getFirst().port()));
        String host = ip.indexOf(':') >= 0 ? "[" + ip + "]" : ip;
        for (int i = 0; i < ports.size(); i++) {
            var port = ports.get(i);
            String protocol =
                    Optional.of(port.protocol()).filter(one -> !one.isEmpty()).orElse("TCP");
            String url = protocol.toLowerCase(Locale.ROOT) + "://" + host + ":" + port.port();
            if (!port.name().isEmpty())
                variables.put(name + "_SERVICE_PORT_" + variable(port.name()), Integer.toString(port.port()));
            if (i == 0) variables.put(name + "_PORT", url);
            String prefix = name + "_PORT_" + port.port() + "_" + protocol.toUpperCase(Locale.ROOT);
            variables.put(prefix, url);
            variables.put(prefix + "_PROTO", protocol.toLowerCase(Locale.ROOT));
            variables.put(prefix + "_PORT", Integer.toString(port.port()));
            variables.put(prefix + "_ADDR", ip);
        }
    }

    private static String variable(String name) {
        return name.replace('-', '_').toUpperCase(Locale.ROOT);
    }
}
