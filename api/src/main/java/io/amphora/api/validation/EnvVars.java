package io.amphora.api.validation;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.EnvFromSource;
import io.amphora.api.core.v1.EnvVar;
import io.amphora.api.core.v1.EnvVarSource;
import io.amphora.api.core.v1.ObjectFieldSelector;
import io.amphora.api.core.v1.ResourceFieldSelector;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.quantity.Quantity;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Environment variables, and the references to fields of the Pod that they share with downward API volumes.
final class EnvVars {
    /// Fields of the Pod that a variable may hold.
    private static final List<String> FIELDS = List.of(
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.serviceAccountName",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private static final List<String> RESOURCES = List.of(
            "limits.cpu",
            "limits.ephemeral-storage",
            "limits.memory",
            "requests.cpu",
            "requests.ephemeral-storage",
            "requests.memory");

    /// What `fieldPath` may be at all; where, is another question.
    private static final Set<String> KNOWN_FIELDS = Set.of(
            "metadata.annotations",
            "metadata.labels",
            "metadata.name",
            "metadata.namespace",
            "metadata.uid",
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.serviceAccountName",
            "spec.schedulerName",
            "status.phase",
            "status.hostIP",
            "status.hostIPs",
            "status.podIP",
            "status.podIPs");

    private static final Set<String> CPU_DIVISORS = Set.of("1m", "1");
    private static final Set<String> BYTE_DIVISORS =
            Set.of("1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei");

    private EnvVars() {}

    static void validate(Container container, FieldPath at, FieldErrors errors) {
        var vars = container.env();
        for (int i = 0; i < vars.size(); i++)
            variable(vars.get(i), at.child("env").index(i), errors);
        var sources = container.envFrom();
        for (int i = 0; i < sources.size(); i++) source(sources.get(i), at.child("envFrom"), i, errors);
    }

    private static void variable(EnvVar var, FieldPath at, FieldErrors errors) {
        if (var.name().isEmpty()) errors.required(at.child("name"), "");
        else errors.invalidAll(at.child("name"), var.name(), Names.isRelaxedEnvVarName(var.name()));
        var.findValueFrom().ifPresent(from -> valueFrom(from, var.value(), at.child("valueFrom"), errors));
    }

    private static void valueFrom(EnvVarSource from, String value, FieldPath at, FieldErrors errors) {
        int sources = 0;
        if (from.findFieldRef().isPresent()) {
            sources++;
            fieldRef(from.fieldRef(), FIELDS, at.child("fieldRef"), errors);
        }
        if (from.findResourceFieldRef().isPresent()) {
            sources++;
            resourceFieldRef(from.resourceFieldRef(), false, at.child("resourceFieldRef"), errors);
        }
        if (from.findConfigMapKeyRef().isPresent()) {
            sources++;
            var ref = from.configMapKeyRef();
            keyRef(ref.name(), ref.key(), at.child("configMapKeyRef"), errors);
        }
        if (from.findSecretKeyRef().isPresent()) {
            sources++;
            var ref = from.secretKeyRef();
            keyRef(ref.name(), ref.key(), at.child("secretKeyRef"), errors);
        }
        if (from.findFileKeyRef().isPresent()) {
            sources++;
            var ref = from.fileKeyRef();
            FieldPath path = at.child("fileKeyRef");
            if (ref.key().isEmpty()) errors.required(path.child("key"), "");
            else errors.invalidAll(path.child("key"), ref.key(), Names.isEnvVarName(ref.key()));
            Checks.required(ref.volumeName(), path.child("volumeName"), errors);
            if (ref.path().isEmpty()) errors.required(path.child("path"), "");
            else Checks.unreservedPath(ref.path(), path.child("path"), errors);
        }
        if (sources == 0)
            errors.invalid(
                    at,
                    "",
                    "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`");
        else if (!value.isEmpty()) errors.invalid(at, "", "may not be specified when `value` is not empty");
        else if (sources > 1) errors.invalid(at, "", "may not have more than one field specified at a time");
    }

    private static void keyRef(String name, String key, FieldPath at, FieldErrors errors) {
        Checks.subdomain(name, at.child("name"), errors);
        if (key.isEmpty()) errors.required(at.child("key"), "");
        else errors.invalidAll(at.child("key"), key, Names.isConfigMapKey(key));
    }

    /// @param fields the fields that may be named here besides single labels and annotations
    static void fieldRef(ObjectFieldSelector ref, List<String> fields, FieldPath at, FieldErrors errors) {
        if (ref.apiVersion().isEmpty()) {
            errors.required(at.child("apiVersion"), "");
            return;
        }
        String path = ref.fieldPath();
        FieldPath field = at.child("fieldPath");
        if (path.isEmpty()) {
            errors.required(field, "");
            return;
        }
        if (!ref.apiVersion().equals("v1")) {
            errors.invalid(field, path, "error converting fieldPath: unsupported pod version: " + ref.apiVersion());
            return;
        }
        int bracket = path.indexOf("['");
        if (bracket >= 0 && path.endsWith("']")) {
            String map = path.substring(0, bracket);
            String key = path.substring(bracket + 2, path.length() - 2);
            switch (map) {
                case "metadata.annotations" -> Checks.qualifiedName(key.toLowerCase(Locale.ROOT), at, errors);
                case "metadata.labels" -> Checks.qualifiedName(key, at, errors);
                default ->
                    errors.invalid(
                            field, path, "error converting fieldPath: field label does not support subscript: " + path);
            }
        } else if (!KNOWN_FIELDS.contains(path)) {
            errors.invalid(field, path, "error converting fieldPath: field label not supported: " + path);
        } else if (!fields.contains(path)) {
            errors.notSupported(field, path, fields);
        }
    }

    /// @param named whether the container has to be named, as in a volume
    static void resourceFieldRef(ResourceFieldSelector ref, boolean named, FieldPath at, FieldErrors errors) {
        String resource = ref.resource();
        if (named && ref.containerName().isEmpty()) errors.required(at.child("containerName"), "");
        else if (resource.isEmpty()) errors.required(at.child("resource"), "");
        else if (!RESOURCES.contains(resource) && !isHugePages(resource))
            errors.notSupported(at.child("resource"), resource, RESOURCES);
        divisor(ref, at.child("divisor"), errors);
    }

    private static void divisor(ResourceFieldSelector ref, FieldPath at, FieldErrors errors) {
        String resource = ref.resource();
        if (ref.divisor().isEmpty()) return;
        Quantity quantity = Quantity.parse(ref.divisor());
        if (quantity.isZero()) return;
        String divisor = quantity.toString();
        if (resource.endsWith(".cpu")) {
            if (!CPU_DIVISORS.contains(divisor))
                errors.invalid(at, resource, "only divisor's values 1m and 1 are supported with the cpu resource");
            return;
        }
        String what = switch (resource) {
            case "limits.memory", "requests.memory" -> "memory";
            case "limits.ephemeral-storage", "requests.ephemeral-storage" -> "local ephemeral storage";
            default -> isHugePages(resource) ? "hugepages" : "";
        };
        if (!what.isEmpty() && !BYTE_DIVISORS.contains(divisor))
            errors.invalid(
                    at,
                    resource,
                    "only divisor's values 1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei are supported with the "
                            + what + " resource");
    }

    private static boolean isHugePages(String resource) {
        return resource.startsWith("limits.hugepages-") || resource.startsWith("requests.hugepages-");
    }

    private static void source(EnvFromSource source, FieldPath list, int index, FieldErrors errors) {
        FieldPath at = list.index(index);
        if (!source.prefix().isEmpty())
            errors.invalidAll(at.child("prefix"), source.prefix(), Names.isRelaxedEnvVarName(source.prefix()));
        int sources = 0;
        if (source.findConfigMapRef().isPresent()) {
            sources++;
            named(source.configMapRef().name(), at.child("configMapRef"), errors);
        }
        if (source.findSecretRef().isPresent()) {
            sources++;
            named(source.secretRef().name(), at.child("secretRef"), errors);
        }
        if (sources == 0) errors.invalid(list, "", "must specify one of: `configMapRef` or `secretRef`");
        else if (sources > 1) errors.invalid(list, "", "may not have more than one field specified at a time");
    }

    private static void named(String name, FieldPath at, FieldErrors errors) {
        if (name.isEmpty()) errors.required(at.child("name"), "");
        else Checks.subdomain(name, at.child("name"), errors);
    }
}
