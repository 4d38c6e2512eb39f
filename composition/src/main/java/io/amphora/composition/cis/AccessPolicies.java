package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// 5.1: who may what. The parts of the cluster have what they need; everybody else is looked at.
final class AccessPolicies {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final Set<String> ADMINS = Set.of("system:masters", "kubeadm:cluster-admins");
    /// The API server, as kubelets know it.
    private static final String KUBELET_CLIENT = "kube-apiserver-kubelet-client";

    private static final Set<String> EVERYBODY =
            Set.of("system:authenticated", "system:unauthenticated", "system:serviceaccounts", "system:anonymous");

    static final List<Check> CHECKS = List.of(
            of("5.1.1", "cluster-admin is for administrators only", AccessPolicies::clusterAdmin),
            rights("5.1.2", "few read Secrets", may(Set.of("get", "list", "watch"), "", "secrets")),
            rights("5.1.3", "few rights of everything", rule -> has(rule, "verbs", "*") || has(rule, "resources", "*")),
            rights("5.1.4", "few create Pods", may(Set.of("create"), "", "pods")),
            of("5.1.5", "default accounts have no rights", AccessPolicies::defaultAccounts),
            of("5.1.6", "few Pods have tokens", AccessPolicies::tokens),
            of("5.1.7", "system:masters is not used", AccessPolicies::masters),
            rights(
                    "5.1.8",
                    "few bind, impersonate, escalate",
                    rule -> List.of("bind", "impersonate", "escalate", "*").stream()
                            .anyMatch(verb -> has(rule, "verbs", verb))),
            rights("5.1.9", "few create volumes", may(Set.of("create"), "", "persistentvolumes")),
            rights("5.1.10", "few reach nodes/proxy", may(Set.of("get", "create"), "", "nodes/proxy")),
            rights(
                    "5.1.11",
                    "few approve certificates",
                    may(Set.of("update", "patch"), "certificates.k8s.io", "certificatesigningrequests/approval")),
            rights(
                    "5.1.12",
                    "few configure webhooks",
                    may(
                            Set.of("create", "update", "patch", "delete"),
                            "admissionregistration.k8s.io",
                            "validatingwebhookconfigurations")),
            rights("5.1.13", "few create tokens", may(Set.of("create"), "", "serviceaccounts/token")));

    private AccessPolicies() {}

    private static Check rights(String id, String title, Predicate<ObjectTree> rule) {
        return of(id, title, evidence -> {
            Set<String> others = whoHas(evidence, rule);
            return Verdict.of(
                    others.isEmpty(),
                    others.isEmpty() ? "administrators and parts of the cluster only" : others.toString());
        });
    }

    private static Predicate<ObjectTree> may(Set<String> verbs, String group, String resource) {
        return rule -> (has(rule, "verbs", "*") || verbs.stream().anyMatch(verb -> has(rule, "verbs", verb)))
                && (has(rule, "apiGroups", "*") || has(rule, "apiGroups", group))
                && (has(rule, "resources", "*") || has(rule, "resources", resource));
    }

    private static boolean has(ObjectTree rule, String field, String value) {
        return rule.list(field).items().contains(Tree.of(value));
    }

    /// Users, groups and accounts beside those of the cluster itself that get such a rule by a binding.
    private static Set<String> whoHas(Evidence evidence, Predicate<ObjectTree> wanted) throws IOException {
        Set<String> roles = new TreeSet<>();
        for (String kind : List.of("clusterroles", "roles"))
            evidence.list(RBAC + kind).stream()
                    .filter(role ->
                            role.list("rules").stream().map(Tree::object).anyMatch(wanted))
                    .map(role -> role.object("metadata"))
                    .forEach(role -> roles.add(role.text("namespace") + "/" + role.text("name")));
        return bindings(evidence).stream()
                .filter(binding -> roles.contains(role(binding)))
                .flatMap(binding -> subjects(binding).stream())
                .filter(Predicate.not(AccessPolicies::isOfCluster))
                .map(AccessPolicies::text)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<ObjectTree> bindings(Evidence evidence) throws IOException {
        var bindings = new ArrayList<>(evidence.list(RBAC + "clusterrolebindings"));
        bindings.addAll(evidence.list(RBAC + "rolebindings"));
        return bindings;
    }

    private static String role(ObjectTree binding) {
        ObjectTree role = binding.object("roleRef");
        boolean everywhere = role.text("kind").equals("ClusterRole");
        return (everywhere ? "" : binding.object("metadata").text("namespace")) + "/" + role.text("name");
    }

    private static List<ObjectTree> subjects(ObjectTree binding) {
        return binding.list("subjects").stream().map(Tree::object).toList();
    }

    private static boolean isOfCluster(ObjectTree subject) {
        String name = subject.text("name");
        boolean account = subject.text("kind").equals("ServiceAccount");
        boolean system = account ? subject.text("namespace").equals("kube-system") : name.startsWith("system:");
        return ADMINS.contains(name)
                || name.equals(KUBELET_CLIENT)
                || system && !EVERYBODY.contains(name) && !name.startsWith("system:serviceaccount");
    }

    private static String text(ObjectTree subject) {
        return subject.text("kind") + " " + subject.text("name");
    }

    private static Verdict clusterAdmin(Evidence evidence) throws IOException {
        Set<String> others = bindings(evidence).stream()
                .filter(binding -> role(binding).equals("/cluster-admin"))
                .flatMap(binding -> subjects(binding).stream())
                .filter(subject -> !ADMINS.contains(subject.text("name")))
                .map(AccessPolicies::text)
                .collect(Collectors.toCollection(TreeSet::new));
        return Verdict.of(others.isEmpty(), others.isEmpty() ? "bound to " + new TreeSet<>(ADMINS) : others.toString());
    }

    private static Verdict defaultAccounts(Evidence evidence) throws IOException {
        Set<String> bound = bindings(evidence).stream()
                .flatMap(binding -> subjects(binding).stream())
                .filter(subject -> subject.text("kind").equals("ServiceAccount")
                        && subject.text("name").equals("default"))
                .map(AccessPolicies::text)
                .collect(Collectors.toCollection(TreeSet::new));
        return Verdict.of(bound.isEmpty(), bound.isEmpty() ? "no binding names one" : "bindings name " + bound);
    }

    private static Verdict tokens(Evidence evidence) throws IOException {
        Map<Boolean, Long> mounted = evidence.list("/api/v1/pods").stream()
                .map(pod -> pod.object("spec"))
                .collect(Collectors.partitioningBy(
                        spec -> spec.text("serviceAccountName").equals("default")
                                && spec.list("volumes").stream()
                                        .anyMatch(volume ->
                                                volume.object().text("name").startsWith("kube-api-access-")),
                        Collectors.counting()));
        long many = mounted.getOrDefault(true, 0L);
        return Verdict.of(many == 0, many + " Pods have a token of a default account");
    }

    private static Verdict masters(Evidence evidence) throws IOException {
        boolean master = has(self(evidence), "groups", "system:masters");
        return Verdict.of(!master, "this kubeconfig's user is of system:masters: " + master);
    }

    /// Who asks, as the server knows.
    static ObjectTree self(Evidence evidence) throws IOException {
        return evidence.create(
                        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                        "{'apiVersion':'authentication.k8s.io/v1','kind':'SelfSubjectReview'}")
                .tree()
                .object("status")
                .object("userInfo");
    }
}
