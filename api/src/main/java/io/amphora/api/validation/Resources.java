package io.amphora.api.validation;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.ContainerResizePolicy;
import io.amphora.api.core.v1.PodResources;
import io.amphora.api.core.v1.PodSpec;
import io.amphora.api.core.v1.ResourceClaim;
import io.amphora.api.core.v1.ResourceRequirements;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Requests, limits and claims of containers and of whole Pods.
public final class Resources {
    private static final List<String> RESIZABLE = List.of("cpu", "memory");
    private static final List<String> RESIZE_POLICIES = List.of("NotRequired", "RestartContainer");

    private Resources() {}

    private interface NameCheck {
        void check(String name, FieldPath at, FieldErrors errors);
    }

    /// @param podClaims the names in the Pod's `resourceClaims`
    public static void container(
            ResourceRequirements resources, Set<String> podClaims, FieldPath at, FieldErrors errors) {
        if (!resources.tree().isEmpty()) validate(resources, ResourceNames::container, podClaims, at, errors);
    }

    private static void validate(
            ResourceRequirements resources, NameCheck names, Set<String> podClaims, FieldPath at, FieldErrors errors) {
        Map<String, String> limits = resources.limits();
        resources.limits().forEach((name, text) -> {
            FieldPath path = at.child("limits").key(name);
            names.check(name, path, errors);
            Quantity limit = Quantity.parse(text);
            ResourceNames.amount(name, limit, path, errors);
            hugePages(name, limit, path, errors);
        });
        resources.requests().forEach((name, text) -> {
            FieldPath path = at.child("requests").key(name);
            names.check(name, path, errors);
            Quantity request = Quantity.parse(text);
            ResourceNames.amount(name, request, path, errors);
            againstLimit(name, request, limits.get(name), at, errors);
            hugePages(name, request, path, errors);
        });
        boolean pages = has(resources, ResourceNames::isHugePages);
        if (pages && !has(resources, RESIZABLE::contains)) errors.forbidden(at, "HugePages require cpu or memory");
        claims(resources.claims(), podClaims, at.child("claims"), errors);
    }

    private static void againstLimit(
            String name, Quantity request, @Nullable String limitText, FieldPath at, FieldErrors errors) {
        boolean overcommit = ResourceNames.isOvercommitAllowed(name);
        if (limitText == null) {
            if (!overcommit) errors.required(at.child("limits"), "Limit must be set for non overcommitable resources");
            return;
        }
        Quantity limit = Quantity.parse(limitText);
        int order = request.compareTo(limit);
        if (order != 0 && !overcommit)
            errors.invalid(at.child("requests"), request.toString(), "must be equal to " + name + " limit of " + limit);
        else if (order > 0)
            errors.invalid(
                    at.child("requests"),
                    request.toString(),
                    "must be less than or equal to " + name + " limit of " + limit);
    }

    private static void hugePages(String name, Quantity amount, FieldPath at, FieldErrors errors) {
        if (!ResourceNames.isHugePages(name)) return;
        Quantity page = Quantity.parse(name.substring("hugepages-".length()));
        if (page.sign() <= 0 || amount.value() % page.value() != 0)
            errors.invalid(at, amount.toString(), amount + " is not positive integer multiple of " + name);
    }

    private static boolean has(ResourceRequirements resources, Predicate<String> name) {
        return resources.limits().keySet().stream().anyMatch(name)
                || resources.requests().keySet().stream().anyMatch(name);
    }

    private static void claims(List<ResourceClaim> claims, Set<String> podClaims, FieldPath at, FieldErrors errors) {
        var seen = new TreeSet<String>();
        for (int i = 0; i < claims.size(); i++) {
            String name = claims.get(i).name();
            String request = claims.get(i).request();
            FieldPath path = at.index(i);
            if (name.isEmpty()) {
                errors.required(path, "");
                continue;
            }
            if (seen.contains(name)) {
                errors.duplicate(path, name);
            } else {
                if (!request.isEmpty()) Checks.label(request, path.child("request"), errors);
                String key = request.isEmpty() ? name : name + "/" + request;
                if (seen.contains(key)) errors.duplicate(path, key);
                else if (request.isEmpty() && seen.stream().anyMatch(other -> other.startsWith(name + "/")))
                    errors.duplicate(path, name);
                seen.add(key);
            }
            if (!podClaims.contains(name))
                errors.notFound(
                        path,
                        name,
                        "must be one of the names in pod.spec.resourceClaims"
                                + (podClaims.isEmpty()
                                        ? " which is empty"
                                        : ": " + String.join(", ", new TreeSet<>(podClaims))));
        }
    }

    static void resizePolicy(
            List<ContainerResizePolicy> policies, String podRestartPolicy, FieldPath at, FieldErrors errors) {
        var seen = new HashSet<String>();
        for (int i = 0; i < policies.size(); i++) {
            String name = policies.get(i).resourceName();
            String policy = policies.get(i).restartPolicy();
            if (!seen.add(name)) errors.duplicate(at.index(i), name);
            Checks.oneOf(name, RESIZABLE, at, errors);
            Checks.oneOf(policy, RESIZE_POLICIES, at, errors);
            if (podRestartPolicy.equals("Never") && !policy.equals("NotRequired"))
                errors.invalid(at, policy, "must be 'NotRequired' when `restartPolicy` is 'Never'");
        }
    }

    /// The resources of a Pod as a whole, and that those of its containers fit in (KEP-2837).
    static void pod(PodSpec spec, FieldPath at, FieldErrors errors) {
        if (spec.findResources().isEmpty()) return;
        ResourceRequirements resources = spec.resources();
        if (spec.os().name().equals("windows")) {
            errors.forbidden(at, "may not be set for a windows pod");
            return;
        }
        if (resources.tree().has("claims"))
            errors.forbidden(at.child("claims"), "claims cannot be set for Resources at pod-level");
        validate(resources, ResourceNames::pod, PodSpecs.claimNames(spec), at, errors);
        PodResources.requests(spec).forEach((name, sum) -> {
            if (!podLevel(name)) return;
            String own = resources.requests().get(name);
            Quantity request = own == null ? Quantity.ZERO : Quantity.parse(own);
            if (sum.compareTo(request) > 0)
                errors.invalid(
                        at.child("requests").key(name),
                        request.toString(),
                        "must be greater than or equal to aggregate container requests of " + sum);
        });
        var containers = spec.containers();
        for (int i = 0; i < containers.size(); i++)
            limits(containers.get(i), resources, at.child("containers").index(i), errors);
    }

    private static void limits(Container container, ResourceRequirements pod, FieldPath at, FieldErrors errors) {
        container.resources().limits().forEach((name, text) -> {
            String most = pod.limits().get(name);
            if (most == null) return;
            Quantity limit = Quantity.parse(text);
            if (limit.compareTo(Quantity.parse(most)) > 0)
                errors.invalid(
                        at.key(name).child("limits"),
                        limit.toString(),
                        "must be less than or equal to pod limits of " + Quantity.parse(most));
        });
    }

    private static boolean podLevel(String name) {
        return RESIZABLE.contains(name) || ResourceNames.isHugePages(name);
    }
}
