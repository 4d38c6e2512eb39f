package io.amphora.api.validation;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.quantity.Quantity;
import java.util.List;
import java.util.Set;

/// The names of resources (`cpu`, `hugepages-2Mi`, `example.com/gpu`), and what may be said about each.
public final class ResourceNames {
    private static final String HUGE_PAGES = "hugepages-";

    private static final Set<String> CONTAINER = Set.of("cpu", "memory", "ephemeral-storage");

    private static final Set<String> QUOTA = Set.of(
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.storage",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage",
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "persistentvolumeclaims",
            "configmaps",
            "services.nodeports",
            "services.loadbalancers");

    /// Resources that are counted in whole pieces.
    private static final Set<String> COUNTED = Set.of(
            "pods",
            "resourcequotas",
            "services",
            "replicationcontrollers",
            "secrets",
            "configmaps",
            "persistentvolumeclaims",
            "services.nodeports",
            "services.loadbalancers");

    private ResourceNames() {}

    /// Any resource.
    public static boolean any(String name, FieldPath at, FieldErrors errors) {
        var wrong = Names.isQualifiedName(name);
        errors.invalidAll(at, name, wrong);
        if (!wrong.isEmpty()) return false;
        if (name.indexOf('/') >= 0 || isStandard(name)) return true;
        errors.invalid(at, name, "must be a standard resource type or fully qualified");
        return false;
    }

    /// A resource that a container can ask for.
    public static void container(String name, FieldPath at, FieldErrors errors) {
        any(name, at, errors);
        if (name.indexOf('/') < 0) {
            if (!CONTAINER.contains(name) && !isHugePages(name))
                errors.invalid(at, name, "must be a standard resource for containers");
        } else if (!isNative(name) && !isExtended(name)) {
            errors.invalid(at, name, "doesn't follow extended resource name standard");
        }
    }

    /// A resource that a whole Pod can ask for (KEP-2837).
    static void pod(String name, FieldPath at, FieldErrors errors) {
        if (any(name, at, errors) && !name.equals("cpu") && !name.equals("memory") && !isHugePages(name))
            errors.notSupported(at, name, List.of("cpu", HUGE_PAGES, "memory"));
    }

    /// A resource that a quota can bound.
    public static void quota(String name, FieldPath at, FieldErrors errors) {
        any(name, at, errors);
        if (name.indexOf('/') < 0 && !isQuota(name)) errors.invalid(at, name, "must be a standard resource for quota");
    }

    /// An amount of a resource: not negative, whole where pieces are counted.
    public static void amount(String name, Quantity amount, FieldPath at, FieldErrors errors) {
        if (amount.sign() < 0) errors.invalid(at, amount.toString(), "must be greater than or equal to 0");
        if (isCounted(name) && !amount.isWhole()) errors.invalid(at, amount.toString(), "must be an integer");
    }

    public static boolean isHugePages(String name) {
        return name.startsWith(HUGE_PAGES);
    }

    public static boolean isQuota(String name) {
        return QUOTA.contains(name) || isHugePages(name) || name.startsWith("requests." + HUGE_PAGES);
    }

    /// Without a prefix, or with Kubernetes' own.
    public static boolean isNative(String name) {
        return name.indexOf('/') < 0 || name.contains("kubernetes.io/");
    }

    /// A resource of somebody else's, such as a device plugin's.
    public static boolean isExtended(String name) {
        return !isNative(name)
                && !name.startsWith("requests.")
                && Names.isQualifiedName("requests." + name).isEmpty();
    }

    /// Whether a request may be smaller than the limit.
    public static boolean isOvercommitAllowed(String name) {
        return isNative(name) && !isHugePages(name);
    }

    private static boolean isStandard(String name) {
        return QUOTA.contains(name)
                || name.equals("storage")
                || isHugePages(name)
                || name.startsWith("requests." + HUGE_PAGES);
    }

    private static boolean isCounted(String name) {
        return COUNTED.contains(name) || isExtended(name);
    }
}
