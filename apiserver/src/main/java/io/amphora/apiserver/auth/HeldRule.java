package io.amphora.apiserver.auth;

import io.amphora.api.rbac.v1.PolicyRule;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A rule that somebody has, in a form that is quick to ask.
record HeldRule(Set<String> verbs, Set<String> groups, Set<String> resources, Set<String> names, List<String> urls) {
    static HeldRule of(PolicyRule rule) {
        return new HeldRule(
                new HashSet<>(rule.verbs()),
                new HashSet<>(rule.apiGroups()),
                new HashSet<>(rule.resources()),
                new HashSet<>(rule.resourceNames()),
                rule.nonResourceURLs());
    }

    /// Whether it allows anything of `wanted`.
    boolean concerns(PolicyRule wanted) {
        if (!meets(verbs, wanted.verbs())) return false;
        boolean url = wanted.nonResourceURLs().stream().anyMatch(this::coversUrl);
        return url
                || meets(groups, wanted.apiGroups())
                        && wanted.resources().stream().anyMatch(this::coversResource)
                        && (names.isEmpty() || !Collections.disjoint(names, wanted.resourceNames()));
    }

    /// Whether it allows all of `wanted`.
    boolean covers(PolicyRule wanted) {
        if (!has(verbs, wanted.verbs())) return false;
        if (!wanted.nonResourceURLs().stream().allMatch(this::coversUrl)) return false;
        if (wanted.resources().isEmpty()) return !wanted.nonResourceURLs().isEmpty();
        return has(groups, wanted.apiGroups())
                && wanted.resources().stream().allMatch(this::coversResource)
                && (names.isEmpty() || !wanted.resourceNames().isEmpty() && names.containsAll(wanted.resourceNames()));
    }

    private static boolean meets(Set<String> owned, Collection<String> wanted) {
        return owned.contains("*") || !Collections.disjoint(owned, wanted);
    }

    private static boolean has(Set<String> owned, Collection<String> wanted) {
        return owned.contains("*") || owned.containsAll(wanted);
    }

    private boolean coversResource(String wanted) {
        int slash = wanted.indexOf('/');
        return resources.contains("*")
                || resources.contains(wanted)
                || slash >= 0 && resources.contains("*" + wanted.substring(slash));
    }

    private boolean coversUrl(String wanted) {
        return urls.stream()
                .anyMatch(url -> url.equals("*")
                        || url.equals(wanted)
                        || url.endsWith("*") && wanted.startsWith(url.substring(0, url.length() - 1)));
    }
}
