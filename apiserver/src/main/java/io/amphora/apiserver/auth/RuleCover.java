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
        var holders = new RuleHolders(held);
        return compacted(
                wanted.stream().flatMap(rule -> holders.missing(rule).stream()).toList());
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
