package io.amphora.apiserver.auth;

import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Compares what rules allow, so that nobody gives away more than they have.
public final class RuleCover {
    private RuleCover() {}

    /// What `wanted` allows and `held` does not, a line for each, as messages list it; "" when `held` allows it
    /// all.
    public static String missing(List<PolicyRule> held, List<PolicyRule> wanted) {
        var lines = new TreeSet<String>();
        for (PolicyRule rule : missingRules(held, wanted)) lines.add(text(rule));
        return String.join("\n", lines);
    }

    /// What `wanted` allows and `held` does not.
    static List<PolicyRule> missingRules(List<PolicyRule> held, List<PolicyRule> wanted) {
        var missing = new ArrayList<PolicyRule>();
        for (PolicyRule rule : wanted)
            for (PolicyRule single : singles(rule))
                if (held.stream().noneMatch(owned -> covers(owned, single))) missing.add(single);
        return compacted(missing);
    }

    /// A rule as rules of one group, one resource, one name and one verb, or of one path and one verb.
    private static List<PolicyRule> singles(PolicyRule rule) {
        var singles = new ArrayList<PolicyRule>();
        for (String group : rule.apiGroups())
            for (String resource : rule.resources())
                for (String verb : rule.verbs()) {
                    var single =
                            ObjectTree.of("apiGroups", list(group), "resources", list(resource), "verbs", list(verb));
                    if (rule.resourceNames().isEmpty()) singles.add(PolicyRule.of(single));
                    for (String name : rule.resourceNames())
                        singles.add(PolicyRule.of(single.with("resourceNames", list(name))));
                }
        for (String url : rule.nonResourceURLs())
            for (String verb : rule.verbs())
                singles.add(PolicyRule.of(ObjectTree.of("nonResourceURLs", list(url), "verbs", list(verb))));
        return singles;
    }

    /// Rules that differ in their verbs alone become one.
    private static List<PolicyRule> compacted(List<PolicyRule> rules) {
        var verbs = new LinkedHashMap<ObjectTree, List<String>>();
        for (PolicyRule rule : rules)
            verbs.computeIfAbsent(rule.tree().without("verbs"), any -> new ArrayList<>())
                    .addAll(rule.verbs());
        return verbs.entrySet().stream()
                .map(each -> PolicyRule.of(each.getKey().with("verbs", ListTree.from(each.getValue()))))
                .toList();
    }

    private static ListTree list(String text) {
        return ListTree.from(List.of(text));
    }

    private static boolean covers(PolicyRule owned, PolicyRule single) {
        boolean verb = has(owned.verbs(), single.verbs());
        if (!single.nonResourceURLs().isEmpty())
            return verb
                    && owned.nonResourceURLs().stream()
                            .anyMatch(url ->
                                    coversUrl(url, single.nonResourceURLs().getFirst()));
        return verb
                && has(owned.apiGroups(), single.apiGroups())
                && coversResource(owned.resources(), single.resources().getFirst())
                && (owned.resourceNames().isEmpty()
                        || !single.resourceNames().isEmpty()
                                && owned.resourceNames().containsAll(single.resourceNames()));
    }

    private static boolean has(List<String> owned, List<String> wanted) {
        return owned.contains("*") || owned.containsAll(wanted);
    }

    private static boolean coversResource(List<String> owned, String wanted) {
        int slash = wanted.indexOf('/');
        return owned.contains("*")
                || owned.contains(wanted)
                || slash >= 0 && owned.contains("*" + wanted.substring(slash));
    }

    private static boolean coversUrl(String owned, String wanted) {
        return owned.equals("*")
                || owned.equals(wanted)
                || owned.endsWith("*") && wanted.startsWith(owned.substring(0, owned.length() - 1));
    }

    private static String text(PolicyRule rule) {
        var parts = new ArrayList<String>();
        part("APIGroups", rule.apiGroups(), parts);
        part("Resources", rule.resources(), parts);
        part("NonResourceURLs", rule.nonResourceURLs(), parts);
        part("ResourceNames", rule.resourceNames(), parts);
        part("Verbs", rule.verbs(), parts);
        return "{" + String.join(", ", parts) + "}";
    }

    private static void part(String name, List<String> values, List<String> parts) {
        if (!values.isEmpty()) parts.add(name + ":" + quoted(values));
    }

    /// A list of texts as Go's `%q` prints it.
    public static String quoted(List<String> values) {
        return values.stream().map(GoText::quote).collect(Collectors.joining(" ", "[", "]"));
    }
}
