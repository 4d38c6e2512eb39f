package io.amphora.api.admissionregistration.v1;

import io.amphora.api.Defaults;
import io.amphora.api.meta.v1.LabelSelector;
import io.amphora.api.validation.Checks;
import io.amphora.api.validation.Labels;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashSet;
import java.util.List;

/// Which requests webhooks and policies are for.
final class Matching {
    static final List<String> FAILURE_POLICIES = List.of("Fail", "Ignore");

    private static final List<String> MATCH_POLICIES = List.of("Equivalent", "Exact");
    private static final List<String> OPERATIONS = List.of("*", "CONNECT", "CREATE", "DELETE", "UPDATE");
    private static final List<String> SCOPES = List.of("*", "Cluster", "Namespaced");
    private static final int CONDITIONS = 64;

    private Matching() {}

    /// Of a webhook, of a policy's `matchConstraints` or a binding's `matchResources`.
    static ObjectTree defaults(ObjectTree match) {
        ObjectTree tree = Defaults.absent(match, "matchPolicy", "Equivalent");
        tree = Defaults.absent(tree, "namespaceSelector", ObjectTree.EMPTY);
        tree = Defaults.absent(tree, "objectSelector", ObjectTree.EMPTY);
        for (String rules : List.of("rules", "resourceRules", "excludeResourceRules"))
            tree = Defaults.each(tree, rules, rule -> Defaults.absent(rule, "scope", "*"));
        return tree;
    }

    static void policy(ObjectTree match, FieldPath at, FieldErrors errors) {
        Checks.oneOf(match.text("matchPolicy"), MATCH_POLICIES, at.child("matchPolicy"), errors);
    }

    static void selectors(ObjectTree match, FieldPath at, FieldErrors errors) {
        for (String name : List.of("namespaceSelector", "objectSelector"))
            Labels.selector(LabelSelector.of(match.object(name)), at.child(name), errors);
    }

    static void resources(MatchResources match, FieldPath at, FieldErrors errors) {
        policy(match.tree(), at, errors);
        selectors(match.tree(), at, errors);
        for (String list : List.of("resourceRules", "excludeResourceRules")) {
            var rules = match.tree().list(list);
            for (int i = 0; i < rules.size(); i++)
                named(
                        NamedRuleWithOperations.of(rules.get(i).object()),
                        at.child(list).index(i),
                        errors);
        }
    }

    private static void named(NamedRuleWithOperations rule, FieldPath at, FieldErrors errors) {
        var names = new HashSet<String>();
        FieldPath list = at.child("resourceNames");
        for (int i = 0; i < rule.resourceNames().size(); i++) {
            String name = rule.resourceNames().get(i);
            errors.invalidAll(list.index(i), name, Names.isValidPathSegmentName(name));
            if (!names.add(name)) errors.duplicate(list.index(i), name);
        }
        rule(RuleWithOperations.of(rule.tree()), at, errors);
    }

    static void rule(RuleWithOperations rule, FieldPath at, FieldErrors errors) {
        FieldPath operations = at.child("operations");
        anyOrAll(rule.operations(), "operations", operations, errors);
        for (int i = 0; i < rule.operations().size(); i++)
            Checks.supported(rule.operations().get(i), OPERATIONS, operations.index(i), errors);
        anyOrAll(rule.apiGroups(), "API groups", at.child("apiGroups"), errors);
        FieldPath versions = at.child("apiVersions");
        anyOrAll(rule.apiVersions(), "API versions", versions, errors);
        for (int i = 0; i < rule.apiVersions().size(); i++)
            if (rule.apiVersions().get(i).isEmpty()) errors.required(versions.index(i), "");
        resources(rule.resources(), at.child("resources"), errors);
        rule.findScope().ifPresent(scope -> Checks.supported(scope, SCOPES, at.child("scope"), errors));
    }

    private static void anyOrAll(List<String> values, String what, FieldPath at, FieldErrors errors) {
        if (values.isEmpty()) errors.required(at, "");
        if (values.size() > 1 && values.contains("*"))
            errors.invalid(at, values, "if '*' is present, must not specify other " + what);
    }

    /// Resources with subresources: what one pattern has covered must not stand there again.
    private static void resources(List<String> resources, FieldPath at, FieldErrors errors) {
        if (resources.isEmpty()) errors.required(at, "");
        var allOf = new HashSet<String>();
        var ofAll = new HashSet<String>();
        boolean plain = false;
        for (int i = 0; i < resources.size(); i++) {
            String each = resources.get(i);
            if (each.isEmpty()) {
                errors.required(at.index(i), "");
                continue;
            }
            int slash = each.indexOf('/');
            if (slash < 0) {
                plain = !each.equals("*");
                continue;
            }
            String resource = each.substring(0, slash);
            String sub = each.substring(slash + 1);
            if (allOf.contains(resource))
                errors.invalid(at.index(i), each, "if '" + resource + "/*' is present, must not specify " + each);
            if (ofAll.contains(sub))
                errors.invalid(at.index(i), each, "if '*/" + sub + "' is present, must not specify " + each);
            if (sub.equals("*")) allOf.add(resource);
            if (resource.equals("*")) ofAll.add(sub);
        }
        if (resources.size() > 1 && resources.contains("*/*"))
            errors.invalid(at, resources, "if '*/*' is present, must not specify other resources");
        if (resources.contains("*") && plain)
            errors.invalid(at, resources, "if '*' is present, must not specify other resources without subresources");
    }

    static void conditions(
            List<MatchCondition> conditions, PolicyExpressions expressions, FieldPath list, FieldErrors errors) {
        if (conditions.size() > CONDITIONS) errors.tooMany(list, conditions.size(), CONDITIONS);
        var names = new HashSet<String>();
        for (int i = 0; i < conditions.size(); i++) {
            FieldPath at = list.index(i);
            String expression = conditions.get(i).expression();
            Checks.required(expression.strip(), at.child("expression"), errors);
            if (!expression.isBlank())
                Policies.report(expressions.condition(expression), expression, at.child("expression"), errors);
            String name = conditions.get(i).name();
            if (name.isEmpty()) {
                errors.required(at.child("name"), "");
                continue;
            }
            Checks.qualifiedName(name, at.child("name"), errors);
            if (!names.add(name)) errors.duplicate(at.child("name"), name);
        }
    }
}
