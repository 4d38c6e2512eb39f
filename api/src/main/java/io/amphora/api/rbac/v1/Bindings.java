package io.amphora.api.rbac.v1;

import static io.amphora.api.Defaults.each;
import static io.amphora.api.Defaults.empty;
import static io.amphora.api.Defaults.inNew;

import io.amphora.api.validation.Checks;
import io.amphora.api.validation.References;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.stream.Collectors;

/// What RoleBindings and ClusterRoleBindings share: some subjects have a role.
final class Bindings {
    private static final String GROUP = "rbac.authorization.k8s.io";
    private static final FieldPath ROLE = FieldPath.of("roleRef");
    private static final FieldPath SUBJECTS = FieldPath.of("subjects");

    private Bindings() {}

    static ObjectTree defaults(ObjectTree binding) {
        ObjectTree tree = inNew(binding, "roleRef", role -> empty(role, "apiGroup", GROUP));
        return each(
                tree,
                "subjects",
                subject -> List.of("User", "Group").contains(subject.text("kind"))
                        ? empty(subject, "apiGroup", GROUP)
                        : subject);
    }

    /// @param kinds what kinds of roles there may be
    /// @param namespaced whether a ServiceAccount without a namespace is one of the binding's own
    static void validate(ObjectTree binding, List<String> kinds, boolean namespaced, FieldErrors errors) {
        ObjectTree role = binding.object("roleRef");
        Checks.supported(role.text("apiGroup"), List.of(GROUP), ROLE.child("apiGroup"), errors);
        Checks.supported(role.text("kind"), kinds, ROLE.child("kind"), errors);
        References.segment(role.text("name"), ROLE.child("name"), errors);
        var subjects = binding.list("subjects");
        for (int i = 0; i < subjects.size(); i++)
            subject(Subject.of(subjects.get(i).object()), namespaced, SUBJECTS.index(i), errors);
    }

    private static void subject(Subject subject, boolean namespaced, FieldPath at, FieldErrors errors) {
        Checks.required(subject.name(), at.child("name"), errors);
        FieldPath group = at.child("apiGroup");
        switch (subject.kind()) {
            case "ServiceAccount" -> {
                if (!subject.name().isEmpty()) Checks.subdomain(subject.name(), at.child("name"), errors);
                Checks.supported(subject.apiGroup(), List.of(""), group, errors);
                if (!namespaced) Checks.required(subject.namespace(), at.child("namespace"), errors);
            }
            case "User", "Group" -> Checks.supported(subject.apiGroup(), List.of(GROUP), group, errors);
            default ->
                errors.notSupported(at.child("kind"), subject.kind(), List.of("ServiceAccount", "User", "Group"));
        }
    }

    /// Who may change a binding may not give what they do not have by changing the role.
    static void validateUpdate(ObjectTree updated, ObjectTree stored, FieldErrors errors) {
        if (!updated.get("roleRef").equals(stored.get("roleRef")))
            errors.invalid(ROLE, updated.get("roleRef"), "cannot change roleRef");
    }

    static String role(RoleRef role) {
        return role.kind() + "/" + role.name();
    }

    /// The names of all subjects of a kind; of ServiceAccounts with their namespaces.
    static String names(List<Subject> subjects, String kind) {
        return subjects.stream()
                .filter(subject -> subject.kind().equals(kind))
                .map(subject ->
                        kind.equals("ServiceAccount") ? subject.namespace() + "/" + subject.name() : subject.name())
                .collect(Collectors.joining(", "));
    }
}
