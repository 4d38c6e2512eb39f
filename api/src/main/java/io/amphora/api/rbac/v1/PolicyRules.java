package io.amphora.api.rbac.v1;

import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import java.util.List;

/// The rules of a Role: who has it may do these things with those resources, or with these paths.
final class PolicyRules {
    private PolicyRules() {}

    /// @param namespaced whether the Role belongs to a namespace, where paths make no sense
    static void validate(List<PolicyRule> rules, boolean namespaced, FieldErrors errors) {
        for (int i = 0; i < rules.size(); i++)
            validate(rules.get(i), namespaced, FieldPath.of("rules").index(i), errors);
    }

    private static void validate(PolicyRule rule, boolean namespaced, FieldPath at, FieldErrors errors) {
        if (rule.verbs().isEmpty()) errors.required(at.child("verbs"), "verbs must contain at least one value");
        boolean groups = !rule.apiGroups().isEmpty();
        boolean resources = !rule.resources().isEmpty();
        var urls = rule.nonResourceURLs();
        if (!urls.isEmpty()) {
            FieldPath path = at.child("nonResourceURLs");
            if (namespaced) errors.invalid(path, urls, "namespaced rules cannot apply to non-resource URLs");
            if (groups || resources || !rule.resourceNames().isEmpty())
                errors.invalid(path, urls, "rules cannot apply to both regular resources and non-resource URLs");
            return;
        }
        if (!groups) errors.required(at.child("apiGroups"), "resource rules must supply at least one api group");
        if (!resources) errors.required(at.child("resources"), "resource rules must supply at least one resource");
    }
}
