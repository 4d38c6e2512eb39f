package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// 5.2 to 5.6: what Pods may be. Each is tried as a dry run in the Namespace `default`.
final class PodPolicies {
    private static final String SAFE = "'runAsNonRoot':true,'seccompProfile':{'type':'RuntimeDefault'}";
    private static final String SAFE_CONTAINER = "'allowPrivilegeEscalation':false,'capabilities':{'drop':['ALL']}";
    private static final String NOT_ENFORCED = "NetworkPolicies are stored and not enforced yet";
    private static final Set<String> SYSTEM = Set.of("kube-system", "kube-public", "kube-node-lease");

    /// Passes the restricted standard.
    static final String HARMLESS = pod("", SAFE, SAFE_CONTAINER, "");

    static final List<Check> CHECKS = List.of(
            of("5.2.1", "there is a control of Pods", PodPolicies::control),
            refused("5.2.2", "no privileged containers", pod("", SAFE, "'privileged':true", "")),
            refused("5.2.3", "no host processes", pod("'hostPID':true,", SAFE, SAFE_CONTAINER, "")),
            refused("5.2.4", "no host IPC", pod("'hostIPC':true,", SAFE, SAFE_CONTAINER, "")),
            refused("5.2.5", "no host network", pod("'hostNetwork':true,", SAFE, SAFE_CONTAINER, "")),
            refused("5.2.6", "no privilege escalation", pod("", SAFE, "'capabilities':{'drop':['ALL']}", "")),
            refused("5.2.7", "no root", pod("", "'seccompProfile':{'type':'RuntimeDefault'}", SAFE_CONTAINER, "")),
            refused("5.2.8", "no NET_RAW", pod("", SAFE, "'allowPrivilegeEscalation':false", "")),
            refused("5.2.9", "no added capabilities", capability("add':['SYS_ADMIN'],'drop':['ALL'")),
            refused("5.2.10", "no capabilities", capability("drop':['NET_RAW'")),
            refused(
                    "5.2.11",
                    "no Windows HostProcess",
                    pod("", SAFE + ",'windowsOptions':{'hostProcess':true}", SAFE_CONTAINER, "")),
            refused(
                    "5.2.12",
                    "no paths of the host",
                    pod("'volumes':[{'name':'h','hostPath':{'path':'/'}}],", SAFE, SAFE_CONTAINER, "")),
            refused(
                    "5.2.13",
                    "no ports of the host",
                    pod("", SAFE, SAFE_CONTAINER, ",'ports':[{'containerPort':80,'hostPort':80}]")),
            Check.missing("5.3.1", "the network enforces NetworkPolicies", NOT_ENFORCED),
            Check.missing("5.3.2", "each Namespace has a NetworkPolicy", NOT_ENFORCED),
            noPod("5.4.1", "Secrets are files, not environment", PodPolicies::hasSecretInEnvironment),
            Check.missing("5.4.2", "Secrets are kept outside", "there is no provider of external Secrets"),
            Check.missing("5.5.1", "origin of images is verified", "there is no ImagePolicyWebhook"),
            Check.notApplicable("5.6.1", "Namespaces are boundaries", "for the cluster's users to say"),
            noPod("5.6.2", "seccomp is RuntimeDefault", Predicate.not(PodPolicies::hasSeccomp)),
            noPod(
                    "5.6.3",
                    "Pods have a security context",
                    pod -> securityContexts(pod).allMatch(ObjectTree::isEmpty)),
            of("5.6.4", "the Namespace default is not used", PodPolicies::defaultNamespace));

    private PodPolicies() {}

    private static String pod(String spec, String context, String containerContext, String container) {
        return "{'metadata':{'name':'security-check'},'spec':{" + spec + "'securityContext':{" + context
                + "},'containers':[{'name':'a','image':'a:1','imagePullPolicy':'IfNotPresent','securityContext':{"
                + containerContext + "}" + container + "}]}}";
    }

    private static String capability(String capabilities) {
        return pod("", SAFE, "'allowPrivilegeEscalation':false,'capabilities':{'" + capabilities + "]}", "");
    }

    /// Refused by Pod Security, while the same Pod without it is not.
    private static Check refused(String id, String title, String pod) {
        return of(id, title, evidence -> {
            Answer answer = attempt(evidence, pod);
            boolean harmless = attempt(evidence, HARMLESS).isGood();
            boolean refused = answer.code() == 403 && answer.text().contains("violates PodSecurity");
            return Verdict.of(refused && harmless, "such a Pod in default is answered by " + answer.code());
        });
    }

    private static Answer attempt(Evidence evidence, String pod) throws IOException {
        return evidence.tryCreate("/api/v1/namespaces/default/pods", pod);
    }

    private static Verdict control(Evidence evidence) throws IOException {
        Answer answer = evidence.tryCreate(
                "/api/v1/namespaces",
                "{'metadata':{'name':'security-check','labels':{'pod-security.kubernetes.io/enforce':'nonsense'}}}");
        return Verdict.of(answer.code() == 422, "Pod Security reads labels of Namespaces: " + answer.code());
    }

    // ---- Pods that are there ----

    private static Check noPod(String id, String title, Predicate<ObjectTree> bad) {
        return of(id, title, evidence -> {
            List<ObjectTree> pods = evidence.list("/api/v1/pods").stream()
                    .filter(pod -> !SYSTEM.contains(pod.object("metadata").text("namespace")))
                    .toList();
            Set<String> found = pods.stream()
                    .filter(bad)
                    .map(pod -> pod.object("metadata").text("name"))
                    .collect(Collectors.toCollection(TreeSet::new));
            return Verdict.of(
                    found.isEmpty(),
                    found.isEmpty() ? "none of " + pods.size() + " Pods is otherwise" : found.toString());
        });
    }

    private static Stream<ObjectTree> containers(ObjectTree pod) {
        return Stream.of("initContainers", "containers")
                .flatMap(field -> pod.object("spec").list(field).stream())
                .map(Tree::object);
    }

    private static boolean hasSecretInEnvironment(ObjectTree pod) {
        return containers(pod)
                .anyMatch(each -> each.list("env").stream()
                                .anyMatch(
                                        one -> one.object().object("valueFrom").has("secretKeyRef"))
                        || each.list("envFrom").stream()
                                .anyMatch(one -> one.object().has("secretRef")));
    }

    private static boolean hasSeccomp(ObjectTree pod) {
        return securityContexts(pod)
                .anyMatch(each -> Set.of("RuntimeDefault", "Localhost")
                        .contains(each.object("seccompProfile").text("type")));
    }

    private static Stream<ObjectTree> securityContexts(ObjectTree pod) {
        return Stream.concat(
                Stream.of(pod.object("spec").object("securityContext")),
                containers(pod).map(each -> each.object("securityContext")));
    }

    private static Verdict defaultNamespace(Evidence evidence) throws IOException {
        Set<String> found = new TreeSet<>();
        for (String kind : List.of("pods", "services"))
            evidence.list("/api/v1/namespaces/default/" + kind).stream()
                    .map(each -> each.object("metadata").text("name"))
                    .filter(name -> !name.equals("kubernetes"))
                    .forEach(found::add);
        return Verdict.of(
                found.isEmpty(), found.isEmpty() ? "nothing but the Service kubernetes is in it" : found.toString());
    }
}
