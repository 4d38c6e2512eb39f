package io.amphora.api.core.v1;

import io.amphora.api.Columns;
import io.amphora.api.Defaults;
import io.amphora.api.MetadataChecks;
import io.amphora.api.QuantityDefaults;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.SpecAndStatus;
import io.amphora.api.validation.ResourceNames;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.quantity.Quantity;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/// Bounds for what a namespace may have of everything together.
public final class ResourceQuotas {
    public static final ResourceDefinition<ResourceQuota> DEFINITION = ResourceDefinition.of(
                    "v1", "ResourceQuota", ResourceQuota::of)
            .shortNames("quota")
            .namespaced()
            .subresources("status")
            .strategy(new Rules())
            .columns(Columns.<ResourceQuota>builder()
                    .name()
                    .text("Request", "Used of what is bounded.", quota -> used(quota, false))
                    .text("Limit", "Used of the limits that are bounded.", quota -> used(quota, true))
                    .age()
                    .build())
            .build();

    private static final FieldPath SPEC = FieldPath.of("spec");
    private static final FieldPath STATUS = FieldPath.of("status");

    /// Scopes that only know whether they apply.
    private static final Set<String> PLAIN_SCOPES =
            Set.of("BestEffort", "NotBestEffort", "Terminating", "NotTerminating", "CrossNamespacePodAffinity");

    private static final Set<String> SCOPES = Set.of(
            "BestEffort",
            "NotBestEffort",
            "Terminating",
            "NotTerminating",
            "PriorityClass",
            "CrossNamespacePodAffinity",
            "VolumeAttributesClass");

    /// Resources that Pods of the scopes other than BestEffort use.
    private static final Set<String> POD_RESOURCES = Set.of(
            "pods",
            "cpu",
            "memory",
            "ephemeral-storage",
            "requests.cpu",
            "requests.memory",
            "requests.ephemeral-storage",
            "limits.cpu",
            "limits.memory",
            "limits.ephemeral-storage");

    private ResourceQuotas() {}

    private static String used(ResourceQuota quota, boolean limits) {
        Map<String, String> used = quota.status().used();
        return quota.status().hard().entrySet().stream()
                .filter(hard -> hard.getKey().startsWith("limits") == limits)
                .map(hard -> hard.getKey() + ": " + used.getOrDefault(hard.getKey(), "0") + "/" + hard.getValue())
                .collect(Collectors.joining(", "));
    }

    private static final class Rules extends SpecAndStatus<ResourceQuota> {
        @Override
        public MetadataChecks metadataChecks() {
            return MetadataChecks.CHANGE;
        }

        Rules() {
            super(ResourceQuota::of);
        }

        @Override
        public ResourceQuota withDefaults(ResourceQuota quota) {
            ObjectTree tree =
                    Defaults.in(quota.tree(), "spec", spec -> Defaults.in(spec, "hard", QuantityDefaults::rounded));
            tree = Defaults.in(
                    tree,
                    "status",
                    status -> Defaults.in(
                            Defaults.in(status, "hard", QuantityDefaults::rounded), "used", QuantityDefaults::rounded));
            return ResourceQuota.of(tree);
        }

        @Override
        public void validate(ResourceQuota quota, FieldErrors errors) {
            amounts(quota.spec().hard(), SPEC.child("hard"), errors);
            scopes(quota.spec(), errors);
            quota.spec().findScopeSelector().ifPresent(selector -> selector(quota.spec(), errors));
        }

        private static void amounts(Map<String, String> amounts, FieldPath at, FieldErrors errors) {
            amounts.forEach((name, text) -> {
                ResourceNames.quota(name, at.key(name), errors);
                ResourceNames.amount(name, Quantity.parse(text), at.key(name), errors);
            });
        }

        private static void scopes(ResourceQuotaSpec spec, FieldErrors errors) {
            FieldPath at = SPEC.child("scopes");
            Tree shown = spec.tree().get("scopes");
            for (String scope : spec.scopes()) {
                if (!SCOPES.contains(scope)) errors.invalid(at, shown, "unsupported scope");
                for (String name : spec.hard().keySet())
                    if (!applies(scope, name)) errors.invalid(at, shown, "unsupported scope applied to resource");
            }
            conflicting(Set.copyOf(spec.scopes()), shown, at, errors);
        }

        private static boolean applies(String scope, String resource) {
            if (!ResourceNames.isQuota(resource)) return true;
            return switch (scope) {
                case "BestEffort" -> resource.equals("pods");
                case "NotBestEffort", "Terminating", "NotTerminating", "PriorityClass", "CrossNamespacePodAffinity" ->
                    POD_RESOURCES.contains(resource);
                case "VolumeAttributesClass" ->
                    resource.equals("persistentvolumeclaims") || resource.equals("requests.storage");
                default -> true;
            };
        }

        private static void conflicting(Set<String> scopes, Tree shown, FieldPath at, FieldErrors errors) {
            for (List<String> pair :
                    List.of(List.of("BestEffort", "NotBestEffort"), List.of("Terminating", "NotTerminating")))
                if (scopes.containsAll(pair)) errors.invalid(at, shown, "conflicting scopes");
        }

        private static void selector(ResourceQuotaSpec spec, FieldErrors errors) {
            FieldPath at = SPEC.child("scopeSelector").child("matchExpressions");
            var scopes = new HashSet<String>();
            for (ScopedResourceSelectorRequirement requirement :
                    spec.scopeSelector().matchExpressions()) {
                String scope = requirement.scopeName();
                scopes.add(scope);
                if (!SCOPES.contains(scope)) errors.invalid(at.child("scopeName"), scope, "unsupported scope");
                for (String name : spec.hard().keySet())
                    if (!applies(scope, name))
                        errors.invalid(at, spec.scopeSelector().tree(), "unsupported scope applied to resource");
                if (PLAIN_SCOPES.contains(scope) && !requirement.operator().equals("Exists"))
                    errors.invalid(
                            at.child("operator"),
                            requirement.operator(),
                            "must be 'Exists' when scope is any of ResourceQuotaScopeTerminating,"
                                    + " ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort,"
                                    + " ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity");
                operator(requirement, at, errors);
            }
            conflicting(scopes, spec.tree().get("scopes"), at, errors);
        }

        private static void operator(ScopedResourceSelectorRequirement requirement, FieldPath at, FieldErrors errors) {
            switch (requirement.operator()) {
                case "In", "NotIn" -> {
                    if (requirement.values().isEmpty())
                        errors.required(
                                at.child("values"),
                                "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector");
                }
                case "Exists", "DoesNotExist" -> {
                    if (!requirement.values().isEmpty())
                        errors.invalid(
                                at.child("values"),
                                requirement.tree().get("values"),
                                "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector");
                }
                default ->
                    errors.invalid(at.child("operator"), requirement.operator(), "not a valid selector operator");
            }
        }

        @Override
        public void validateUpdate(ResourceQuota updated, ResourceQuota stored, FieldErrors errors) {
            if (!Set.copyOf(updated.spec().scopes())
                    .equals(Set.copyOf(stored.spec().scopes())))
                errors.invalid(SPEC.child("scopes"), updated.spec().tree().get("scopes"), "field is immutable");
        }

        @Override
        public void validateUpdate(
                String subresource, ResourceQuota updated, ResourceQuota stored, FieldErrors errors) {
            amounts(updated.status().hard(), STATUS.child("hard"), errors);
            amounts(updated.status().used(), STATUS.child("used"), errors);
        }

        @Override
        public boolean hasGeneration() {
            return false;
        }

        @Override
        public boolean returnsDeletedObject() {
            return true;
        }
    }
}
