package io.amphora.api.flowcontrol.v1;

import io.amphora.api.validation.Checks;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.field.Names;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/// Who does what: the rules of a FlowSchema.
final class FlowRules {
    private static final List<String> KINDS = List.of("Group", "ServiceAccount", "User");

    private static final List<String> VERBS =
            List.of("create", "delete", "deletecollection", "get", "list", "patch", "proxy", "update", "watch");

    private final FieldErrors errors;

    private FlowRules(FieldErrors errors) {
        this.errors = errors;
    }

    static void validate(PolicyRulesWithSubjects rule, FieldPath at, FieldErrors errors) {
        var check = new FlowRules(errors);
        FieldPath subjects = at.child("subjects");
        if (rule.subjects().isEmpty()) errors.required(subjects, "subjects must contain at least one value");
        for (int i = 0; i < rule.subjects().size(); i++)
            check.subject(rule.subjects().get(i), subjects.index(i));
        var resources = rule.resourceRules();
        var others = rule.nonResourceRules();
        if (resources.isEmpty() && others.isEmpty())
            errors.required(at, "at least one of resourceRules and nonResourceRules has to be non-empty");
        for (int i = 0; i < resources.size(); i++)
            check.resource(resources.get(i), at.child("resourceRules").index(i));
        for (int i = 0; i < others.size(); i++)
            check.other(others.get(i), at.child("nonResourceRules").index(i));
    }

    /// A subject has the one field that its kind names.
    private void subject(Subject subject, FieldPath at) {
        if (!KINDS.contains(subject.kind())) {
            errors.notSupported(at.child("kind"), subject.kind(), KINDS);
            return;
        }
        String name = field(subject.kind());
        FieldPath path = at.child(name);
        ObjectTree tree = subject.tree();
        if (tree.get(name).isNull()) {
            errors.required(path, name + " is required when subject kind is '" + subject.kind() + "'");
        } else if (name.equals("serviceAccount")) {
            serviceAccount(subject.serviceAccount(), path);
        } else {
            Checks.required(tree.object(name).text("name"), path.child("name"), errors);
        }
        for (String kind : List.of("ServiceAccount", "User", "Group"))
            if (!kind.equals(subject.kind()) && !tree.get(field(kind)).isNull())
                errors.forbidden(
                        at.child(field(kind)), field(kind) + " is forbidden when subject kind is not '" + kind + "'");
    }

    private static String field(String kind) {
        return kind.equals("ServiceAccount") ? "serviceAccount" : kind.toLowerCase(Locale.ROOT);
    }

    private void serviceAccount(ServiceAccountSubject account, FieldPath at) {
        if (account.name().isEmpty()) errors.required(at.child("name"), "");
        else if (!account.name().equals("*")) Checks.subdomain(account.name(), at.child("name"), errors);
        if (account.namespace().isEmpty())
            errors.required(at.child("namespace"), "must specify namespace for service account");
        else Checks.label(account.namespace(), at.child("namespace"), errors);
    }

    private void resource(ResourcePolicyRule rule, FieldPath at) {
        verbs(rule.verbs(), at.child("verbs"));
        String least = "resource rules must supply at least one ";
        anyOrAll(rule.apiGroups(), least + "api group", "other api groups", at.child("apiGroups"));
        anyOrAll(rule.resources(), least + "resource", "other resources", at.child("resources"));
        FieldPath list = at.child("namespaces");
        var namespaces = rule.namespaces();
        if (namespaces.contains("*") || namespaces.isEmpty() && !rule.clusterScope()) {
            anyOrAll(
                    namespaces,
                    "resource rules that are not cluster scoped must supply at least one namespace",
                    "other namespaces",
                    list);
            return;
        }
        for (int i = 0; i < namespaces.size(); i++)
            for (String wrong : Names.isDNS1123Label(namespaces.get(i)))
                errors.invalid(
                        list.index(i),
                        namespaces.get(i),
                        "each member of this list must be '*' or a DNS-1123 label; " + wrong);
    }

    private void verbs(List<String> verbs, FieldPath at) {
        anyOrAll(verbs, "verbs must contain at least one value", "other verbs", at);
        if (!verbs.contains("*") && !VERBS.containsAll(verbs)) errors.notSupported(at, ListTree.from(verbs), VERBS);
    }

    private void anyOrAll(List<String> values, String least, String others, FieldPath at) {
        if (values.isEmpty()) errors.required(at, least);
        else if (values.contains("*") && values.size() > 1)
            errors.invalid(at, values, "if '*' is present, must not specify " + others);
    }

    private void other(NonResourcePolicyRule rule, FieldPath at) {
        verbs(rule.verbs(), at.child("verbs"));
        var urls = rule.nonResourceURLs();
        FieldPath list = at.child("nonResourceURLs");
        anyOrAll(urls, "nonResourceURLs must contain at least one value", "other non-resource URLs", list);
        if (urls.contains("*")) return;
        for (int i = 0; i < urls.size(); i++) {
            String wrong = problem(urls.get(i));
            if (!wrong.isEmpty()) errors.invalid(list.index(i), urls.get(i), wrong);
        }
    }

    /// A path may end in `/*`, which stands for everything below.
    private static String problem(String path) {
        if (path.isEmpty()) return "must not be empty";
        if (!path.startsWith("/")) return "must start with slash";
        if (path.contains(" ")) return "must not contain white-space";
        if (path.contains("//")) return "must not contain double slash";
        String fixed = path.endsWith("/*") ? path.substring(0, path.length() - 1) : path;
        return fixed.contains("*") ? "wildcard can only do suffix matching" : "";
    }

    /// Conditions of FlowSchemas and priority levels.
    static void conditions(ListTree conditions, FieldErrors errors) {
        var types = new HashSet<String>();
        for (int i = 0; i < conditions.size(); i++) {
            FieldPath at = FieldPath.of("status").child("conditions").index(i).child("type");
            String type = conditions.get(i).object().text("type");
            if (!types.add(type)) errors.duplicate(at, type);
            if (type.isEmpty()) errors.required(at, "must not be empty");
        }
    }
}
