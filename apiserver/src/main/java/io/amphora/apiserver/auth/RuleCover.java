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
    /// Comparisons for one role. A rule that multiplies out to more, and that no single rule covers, counts as missing:
    /// who has it in parts can write it in parts.
    private static final long MOST_COMPARED = 1_000_000;

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
        List<HeldRule> owned = held.stream().map(HeldRule::of).toList();
        var missing = new ArrayList<PolicyRule>();
        long budget = MOST_COMPARED;
        for (PolicyRule rule : wanted) {
            List<HeldRule> useful =
                    owned.stream().filter(each -> each.concerns(rule)).toList();
            if (useful.stream().anyMatch(each -> each.covers(rule))) continue;
            double compared = combinations(rule) * Math.max(1, useful.size());
            if (compared > budget) {
                missing.add(rule);
                continue;
            }
            budget -= (long) compared;
            for (PolicyRule single : singles(rule))
                if (useful.stream().noneMatch(each -> each.covers(single))) missing.add(single);
        }
        return compacted(missing);
    }

    /// How many rules of one group, resource, name and verb a rule is.
    private static double combinations(PolicyRule rule) {
        double names = Math.max(1, rule.resourceNames().size());
        double resources = (double) rule.apiGroups().size() * rule.resources().size() * names;
        return (resources + rule.nonResourceURLs().size()) * rule.verbs().size();
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
