package io.amphora.api.validation;

import io.amphora.api.core.v1.AppArmorProfile;
import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.SeccompProfile;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Annotations that mean something in a Pod: mirror Pods, and the forms that seccomp and AppArmor profiles had
/// before
/// they
/// became fields.
public final class PodAnnotations {
    /// Marks the API's image of a Pod that a kubelet runs from a file.
    public static final String MIRROR = "kubernetes.io/config.mirror";

    public static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
    public static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
    public static final String DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";

    /// Neither `+5` nor `05`.
    private static final Pattern COST = Pattern.compile("0|[1-9][0-9]*|-[0-9]+");

    public static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
    public static final String LOCALHOST = "localhost/";

    private PodAnnotations() {}

    /// What the Pod's end costs those who use it (KEP-2255): 0 where nothing is said, empty for what is no number.
    public static OptionalInt findDeletionCost(Map<String, String> annotations) {
        String cost = annotations.getOrDefault(DELETION_COST, "0");
        if (!COST.matcher(cost).matches()) return OptionalInt.empty();
        try {
            return OptionalInt.of(Integer.parseInt(cost));
        } catch (NumberFormatException tooLarge) {
            return OptionalInt.empty();
        }
    }

    public static void validate(Map<String, String> annotations, PodSpec spec, FieldPath at, FieldErrors errors) {
        if (annotations.isEmpty()) return;
        String mirror = annotations.get(MIRROR);
        if (mirror != null && spec.nodeName().isEmpty())
            errors.invalid(at.key(MIRROR), mirror, "must set spec.nodeName if mirror pod annotation is set");
        String cost = annotations.get(DELETION_COST);
        if (cost != null && findDeletionCost(annotations).isEmpty())
            errors.invalid(at.key(DELETION_COST), cost, "must be a 32bit integer");
        annotations.forEach((key, value) -> {
            if (key.equals(SECCOMP_POD) || key.startsWith(SECCOMP_CONTAINER)) seccomp(value, at.child(key), errors);
        });
        annotations.forEach((key, value) -> {
            if (key.startsWith(APP_ARMOR)) appArmor(key, value, spec, at.key(key), errors);
        });
    }

    private static void seccomp(String profile, FieldPath at, FieldErrors errors) {
        switch (profile) {
            case "runtime/default", "docker/default", "unconfined" -> {}
            default -> {
                if (profile.startsWith(LOCALHOST))
                    Checks.descendingPath(profile.substring(LOCALHOST.length()), at, errors);
                else errors.invalid(at, profile, "must be a valid seccomp profile");
            }
        }
    }

    private static void appArmor(String key, String profile, PodSpec spec, FieldPath at, FieldErrors errors) {
        String container = key.substring(APP_ARMOR.length());
        var names = new HashSet<String>();
        PodSpecs.eachContainer(spec, at, (each, path) -> names.add(each.name()));
        if (!names.contains(container)) errors.invalid(at, container, "container not found");
        if (!profile.isEmpty()
                && !profile.equals("runtime/default")
                && !profile.equals("unconfined")
                && !profile.startsWith(LOCALHOST))
            errors.invalid(at, profile, "invalid AppArmor profile name: \"" + profile + "\"");
    }

    /// Where a profile is given both ways, both must say the same.
    public static void agreeWithFields(
            Map<String, String> annotations, PodSpec spec, FieldPath at, FieldErrors errors) {
        if (annotations.isEmpty()) return;
        spec.securityContext()
                .findSeccompProfile()
                .ifPresent(profile ->
                        seccompAgrees(annotations.get(SECCOMP_POD), profile, at.child("securityContext"), errors));
        PodSpecs.eachContainer(
                spec,
                at,
                (container, path) -> container
                        .securityContext()
                        .findSeccompProfile()
                        .ifPresent(profile -> seccompAgrees(
                                annotations.get(SECCOMP_CONTAINER + container.name()),
                                profile,
                                path.child("securityContext"),
                                errors)));
        if (spec.os().name().equals("windows")) return;
        PodSpecs.eachContainer(
                spec,
                at,
                (container, path) -> appArmorProfile(spec, container)
                        .ifPresent(profile -> appArmorAgrees(
                                annotations.get(APP_ARMOR + container.name()),
                                profile,
                                path.child("securityContext"),
                                errors)));
    }

    private static Optional<AppArmorProfile> appArmorProfile(PodSpec spec, Container container) {
        return container
                .securityContext()
                .findAppArmorProfile()
                .or(() -> spec.securityContext().findAppArmorProfile());
    }

    private static void seccompAgrees(
            @Nullable String annotation, SeccompProfile profile, FieldPath context, FieldErrors errors) {
        if (annotation == null) return;
        boolean agrees = switch (profile.type()) {
            case "Unconfined" -> annotation.equals("unconfined");
            case "RuntimeDefault" -> annotation.equals("runtime/default") || annotation.equals("docker/default");
            case "Localhost" -> annotation.startsWith(LOCALHOST);
            default -> true;
        };
        profileAgrees(
                "seccomp",
                agrees,
                annotation,
                profile.type(),
                profile.localhostProfile(),
                context.child("seccompProfile"),
                errors);
    }

    private static void appArmorAgrees(
            @Nullable String annotation, AppArmorProfile profile, FieldPath context, FieldErrors errors) {
        if (annotation == null) return;
        boolean agrees = switch (profile.type()) {
            case "Unconfined" -> annotation.equals("unconfined");
            case "RuntimeDefault" -> annotation.equals("runtime/default");
            case "Localhost" -> annotation.startsWith(LOCALHOST);
            default -> true;
        };
        profileAgrees(
                "apparmor",
                agrees,
                annotation,
                profile.type(),
                profile.localhostProfile(),
                context.child("appArmorProfile"),
                errors);
    }

    private static void profileAgrees(
            String what,
            boolean agrees,
            String annotation,
            String type,
            String localhost,
            FieldPath at,
            FieldErrors errors) {
        if (!agrees) errors.forbidden(at.child("type"), what + " type in annotation and field must match");
        else if (type.equals("Localhost") && !annotation.equals(LOCALHOST + localhost))
            errors.forbidden(at.child("localhostProfile"), what + " profile in annotation and field must match");
    }

    /// What an update may not touch: a Pod's nature, and what its running containers are confined by.
    public static void validateUpdate(
            Map<String, String> updated, Map<String, String> stored, PodSpec spec, FieldPath at, FieldErrors errors) {
        stored.forEach((key, value) -> {
            if (value.equals(updated.get(key))) return;
            if (key.startsWith(APP_ARMOR))
                errors.forbidden(at.key(key), "may not remove or update AppArmor annotations");
            if (key.equals(MIRROR)) errors.forbidden(at.key(key), "may not remove or update mirror pod annotation");
        });
        updated.keySet().forEach(key -> {
            if (stored.containsKey(key)) return;
            if (key.startsWith(APP_ARMOR)) errors.forbidden(at.key(key), "may not add AppArmor annotations");
            if (key.equals(MIRROR)) errors.forbidden(at.key(key), "may not add mirror pod annotation");
        });
        validate(updated, spec, at, errors);
    }
}
