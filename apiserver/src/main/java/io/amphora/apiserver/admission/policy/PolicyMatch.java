package io.amphora.apiserver.admission.policy;

import io.amphora.api.GroupVersionKind;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.admission.AdmissionRequest;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Optional;
import java.util.function.BiFunction;

/// Whether a request is one that `matchConstraints` of a policy, or `matchResources` of a binding, are about.
final class PolicyMatch {
    private static final String ADMISSION = "admissionregistration.k8s.io";

    private final BiFunction<String, String, Optional<ResourceDefinition<?>>> kinds;

    /// @param kinds finds a kind by its apiVersion and name, for the versions in which it is served
    PolicyMatch(BiFunction<String, String, Optional<ResourceDefinition<?>>> kinds) {
        this.kinds = kinds;
    }

    /// What admits cannot forbid its own removal.
    static boolean isExempt(AdmissionRequest request) {
        return request.resource().group().equals(ADMISSION);
    }

    /// @param constraints empty for a binding that narrows nothing
    /// @param namespace of the request, or the one that it is about; empty for what is in none
    boolean matches(
            ObjectTree constraints,
            AdmissionRequest request,
            ObjectTree object,
            ObjectTree namespace,
            boolean needsRule) {
        ListTree rules = constraints.list("resourceRules");
        boolean equivalent = !constraints.text("matchPolicy").equals("Exact");
        boolean ruled = rules.isEmpty()
                ? !needsRule
                : rules.stream().anyMatch(rule -> isMeant(rule.object(), request, equivalent));
        if (!ruled) return false;
        for (Tree rule : constraints.list("excludeResourceRules"))
            if (isMeant(rule.object(), request, equivalent)) return false;
        return inNamespace(constraints, request, object, namespace) && isSelected(constraints, request, object);
    }

    private static boolean inNamespace(
            ObjectTree constraints, AdmissionRequest request, ObjectTree object, ObjectTree namespace) {
        if (!(constraints.find("namespaceSelector") instanceof ObjectTree selector) || selector.isEmpty()) return true;
        boolean isNamespace = request.resource().group().isEmpty()
                && request.resource().kind().equals("Namespace");
        if (!isNamespace && request.namespace().isEmpty()) return true;
        ObjectTree of = isNamespace ? object.isEmpty() ? request.old().orElse(object) : object : namespace;
        return LabelSelector.of(selector).matches(of.object("metadata").object("labels"));
    }

    /// The new object or the old one.
    private static boolean isSelected(ObjectTree constraints, AdmissionRequest request, ObjectTree object) {
        if (!(constraints.find("objectSelector") instanceof ObjectTree selector) || selector.isEmpty()) return true;
        LabelSelector labels = LabelSelector.of(selector);
        return !object.isEmpty() && labels.matches(object.object("metadata").object("labels"))
                || request.old()
                        .filter(old -> labels.matches(old.object("metadata").object("labels")))
                        .isPresent();
    }

    private boolean isMeant(ObjectTree rule, AdmissionRequest request, boolean equivalent) {
        ResourceDefinition<?> kind = request.resource();
        if (isResource(rule, request, kind, equivalent)) return true;
        ResourceDefinition.Conversion conversion = kind.storage();
        return equivalent && conversion != null && isResource(rule, request, conversion.stored(), true);
    }

    private boolean isResource(
            ObjectTree rule, AdmissionRequest request, ResourceDefinition<?> kind, boolean equivalent) {
        return has(rule.list("operations"), request.operation().name())
                && has(rule.list("apiGroups"), kind.group())
                && isVersion(rule.list("apiVersions"), kind, equivalent)
                && isNamed(rule.list("resources"), kind.plural(), request.subresource())
                && isInScope(rule.text("scope"), kind.namespaced())
                && (rule.list("resourceNames").isEmpty() || hasName(rule.list("resourceNames"), request.name()));
    }

    /// The version of the request, or with `Equivalent` any in which its resource is served.
    private boolean isVersion(ListTree versions, ResourceDefinition<?> kind, boolean equivalent) {
        if (has(versions, kind.version())) return true;
        return equivalent
                && versions.stream()
                        .map(each -> new GroupVersionKind(kind.group(), String.valueOf(each.text()), kind.kind()))
                        .anyMatch(gvk ->
                                kinds.apply(gvk.apiVersion(), kind.kind()).isPresent());
    }

    private static boolean has(ListTree values, String value) {
        return values.stream().anyMatch(each -> each.equals(Tree.of("*")) || each.equals(Tree.of(value)));
    }

    private static boolean hasName(ListTree names, String name) {
        return names.stream().anyMatch(each -> each.equals(Tree.of(name)));
    }

    /// `pods`, `pods/log`, `pods/*`, `*/scale`, `*`, `*/*`
    private static boolean isNamed(ListTree patterns, String plural, String subresource) {
        for (Tree each : patterns) {
            String pattern = String.valueOf(each.text());
            int slash = pattern.indexOf('/');
            String resource = slash < 0 ? pattern : pattern.substring(0, slash);
            String part = slash < 0 ? "" : pattern.substring(slash + 1);
            boolean named = resource.equals("*") || resource.equals(plural);
            if (named && (part.equals("*") || part.equals(subresource))) return true;
        }
        return false;
    }

    private static boolean isInScope(String scope, boolean namespaced) {
        return switch (scope) {
            case "Namespaced" -> namespaced;
            case "Cluster" -> !namespaced;
            default -> true;
        };
    }
}
