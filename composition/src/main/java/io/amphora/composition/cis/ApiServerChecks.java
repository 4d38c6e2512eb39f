package io.amphora.composition.cis;

import static io.amphora.composition.cis.Check.of;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;

/// 1.2: the API server, by what it answers.
final class ApiServerChecks {
    static final String NO_AUDIT = "there is no audit log yet";
    private static final String NO_ENCRYPTION = "there is no encryption at rest yet";
    private static final String NO_ETCD = "the store is in the same process";
    private static final String PODS = "/api/v1/namespaces/default/pods";
    private static final int FORBIDDEN = 403;

    static final List<Check> CHECKS = List.of(
            of("1.2.1", "no anonymous requests", ApiServerChecks::anonymous),
            of("1.2.2", "no file of tokens", e -> noArgument(e, "--token-auth-file")),
            of("1.2.3", "DenyServiceExternalIPs", ApiServerChecks::externalAddresses),
            of("1.2.4", "has a client certificate for kubelets", ApiServerChecks::kubeletClient),
            Check.missing("1.2.5", "verifies kubelets' certificates", "not shown by a running cluster; by tests only"),
            of("1.2.6", "does not allow everything", ApiServerChecks::notEverything),
            of("1.2.7", "authorizes nodes", ApiServerChecks::nodeAuthorizer),
            of("1.2.8", "authorizes by RBAC", ApiServerChecks::rbac),
            Check.missing("1.2.9", "EventRateLimit", "there is no such plugin yet"),
            of("1.2.10", "does not admit everything", e -> refusesUnknownNamespace(e)),
            of("1.2.11", "AlwaysPullImages", ApiServerChecks::pulls),
            of("1.2.12", "ServiceAccount admission", ApiServerChecks::accounts),
            of("1.2.13", "NamespaceLifecycle admission", e -> refusesUnknownNamespace(e)),
            of("1.2.14", "NodeRestriction admission", ApiServerChecks::nodeRestriction),
            of("1.2.15", "no profiling", ApiServerChecks::profiling),
            Check.missing("1.2.16", "audit log: path", NO_AUDIT),
            Check.missing("1.2.17", "audit log: age", NO_AUDIT),
            Check.missing("1.2.18", "audit log: files", NO_AUDIT),
            Check.missing("1.2.19", "audit log: size", NO_AUDIT),
            of("1.2.20", "requests end in time", e -> noArgument(e, "--request-timeout")),
            of("1.2.21", "tokens of deleted accounts end", ApiServerChecks::lookup),
            of("1.2.22", "tokens are verified by a key of their own", ApiServerChecks::publishedKey),
            Check.notApplicable("1.2.23", "a certificate for etcd", NO_ETCD),
            of("1.2.24", "serves by TLS", ApiServerChecks::tls),
            of("1.2.25", "knows clients by their certificates", ApiServerChecks::whoAmI),
            Check.notApplicable("1.2.26", "an authority for etcd", NO_ETCD),
            Check.missing("1.2.27", "encryption at rest", NO_ENCRYPTION),
            Check.missing("1.2.28", "encryption at rest by a good provider", NO_ENCRYPTION),
            of("1.2.29", "strong ciphers only", ApiServerChecks::ciphers),
            Check.missing("1.2.30", "tokens of Pods are not extended", "not shown by a running cluster without a Pod"));

    private ApiServerChecks() {}

    private static Verdict anonymous(Evidence evidence) throws IOException {
        int code = evidence.getAnonymously("/version").code();
        return Verdict.of(code == 401, "an anonymous GET /version is answered by " + code);
    }

    private static Verdict noArgument(Evidence evidence, String name) {
        List<List<String>> processes = evidence.processes();
        if (processes.isEmpty()) return Verdict.fail("no process of this cluster was found on this machine");
        boolean given = processes.stream().flatMap(List::stream).anyMatch(word -> word.startsWith(name));
        return Verdict.of(!given, name + (given ? " is given" : " is not given"));
    }

    private static Verdict externalAddresses(Evidence evidence) throws IOException {
        Answer answer = evidence.tryCreate(
                "/api/v1/namespaces/default/services",
                "{'metadata':{'name':'security-check'},'spec':{'externalIPs':['192.0.2.1'],'ports':[{'port':80}]}}");
        return Verdict.of(answer.code() == FORBIDDEN, "a Service with an external IP: " + answer.code());
    }

    private static Verdict kubeletClient(Evidence evidence) throws IOException {
        Map<String, String> nodes = evidence.nodes();
        for (var node : nodes.entrySet()) {
            int through = evidence.get("/api/v1/nodes/" + node.getKey() + "/proxy/pods")
                    .code();
            int without = evidence.kubeletByToken(node.getValue(), "", "/pods").code();
            if (through != 200 || without != 401)
                return Verdict.fail(node.getKey() + ": through the server " + through + ", without a name " + without);
        }
        return Verdict.of(!nodes.isEmpty(), nodes.size() + " kubelets answer the server and nobody unnamed");
    }

    private static Verdict notEverything(Evidence evidence) throws IOException {
        boolean allowed = evidence.may("nobody", "system:authenticated", "'verb':'list','resource':'secrets'");
        return Verdict.of(!allowed, "somebody without a role may list Secrets: " + allowed);
    }

    private static Verdict nodeAuthorizer(Evidence evidence) throws IOException {
        for (String node : evidence.nodes().keySet()) {
            boolean own = evidence.may(
                    "system:node:" + node, "system:nodes", "'verb':'get','resource':'nodes','name':'" + node + "'");
            boolean secrets = evidence.may("system:node:" + node, "system:nodes", "'verb':'list','resource':'secrets'");
            return Verdict.of(own && !secrets, node + " may get its Node: " + own + "; list Secrets: " + secrets);
        }
        return Verdict.fail("there is no node");
    }

    private static Verdict rbac(Evidence evidence) throws IOException {
        boolean allowed = evidence.may(
                "system:kube-scheduler",
                "system:authenticated",
                "'verb':'create','resource':'bindings','namespace':'a'");
        boolean more =
                evidence.may("system:kube-scheduler", "system:authenticated", "'verb':'list','resource':'secrets'");
        return Verdict.of(allowed && !more, "the scheduler may bind: " + allowed + "; list Secrets: " + more);
    }

    private static Verdict refusesUnknownNamespace(Evidence evidence) throws IOException {
        int code = evidence.tryCreate(
                        "/api/v1/namespaces/security-check-absent/configmaps", "{'metadata':{'name':'security-check'}}")
                .code();
        return Verdict.of(code == 404, "a ConfigMap in a Namespace that is not there: " + code);
    }

    private static Verdict pulls(Evidence evidence) throws IOException {
        ObjectTree pod = evidence.tryCreate(PODS, PodPolicies.HARMLESS).tree();
        String policy = container(pod).text("imagePullPolicy");
        return Verdict.of(policy.equals("Always"), "imagePullPolicy IfNotPresent becomes \"" + policy + "\"");
    }

    private static Verdict accounts(Evidence evidence) throws IOException {
        ObjectTree pod = evidence.tryCreate(PODS, PodPolicies.HARMLESS).tree();
        String account = pod.object("spec").text("serviceAccountName");
        return Verdict.of(account.equals("default"), "a Pod without an account gets \"" + account + "\"");
    }

    private static ObjectTree container(ObjectTree pod) {
        return pod.object("spec").list("containers").stream()
                .map(Tree::object)
                .findFirst()
                .orElse(ObjectTree.EMPTY);
    }

    private static Verdict nodeRestriction(Evidence evidence) throws IOException {
        for (String node : evidence.nodes().keySet()) {
            Answer answer = evidence.tryPatchAsNode(
                    node,
                    "/api/v1/nodes/" + node,
                    "{'metadata':{'labels':{'node-restriction.kubernetes.io/security-check':'a'}}}");
            boolean refused = answer.code() == FORBIDDEN && answer.text().contains("is not allowed to modify labels");
            return Verdict.of(refused, "a node that gives itself a restricted label: " + answer.code());
        }
        return Verdict.fail("there is no node");
    }

    private static Verdict profiling(Evidence evidence) throws IOException {
        int code = evidence.get("/debug/pprof/").code();
        return Verdict.of(code == 404, "GET /debug/pprof/: " + code);
    }

    /// Makes an account and takes it away again: its token may not be good any more.
    private static Verdict lookup(Evidence evidence) throws IOException {
        String accounts = "/api/v1/namespaces/default/serviceaccounts";
        String name = "amphora-security-check";
        Answer made = evidence.create(accounts, "{'metadata':{'name':'" + name + "'}}");
        if (!made.isGood()) return Verdict.fail("no ServiceAccount could be made to try it: " + made.code());
        String token;
        try {
            token = token(evidence, accounts + "/" + name, 600);
        } finally {
            evidence.delete(accounts + "/" + name);
        }
        ObjectTree review = evidence.create(
                        "/apis/authentication.k8s.io/v1/tokenreviews",
                        "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenReview','spec':{'token':'" + token
                                + "'}}")
                .tree();
        boolean good = review.object("status").bool("authenticated");
        return Verdict.of(!token.isEmpty() && !good, "a token of a ServiceAccount that was deleted is good: " + good);
    }

    static String token(Evidence evidence, String account, int seconds) throws IOException {
        return evidence.create(account + "/token", request(seconds))
                .tree()
                .object("status")
                .text("token");
    }

    private static String request(int seconds) {
        return "{'apiVersion':'authentication.k8s.io/v1','kind':'TokenRequest','spec':{'expirationSeconds':" + seconds
                + "}}";
    }

    private static Verdict publishedKey(Evidence evidence) throws IOException {
        boolean keys = !evidence.get("/openid/v1/jwks").tree().list("keys").isEmpty();
        return Verdict.of(keys, "/openid/v1/jwks has a key: " + keys);
    }

    private static Verdict tls(Evidence evidence) throws IOException {
        boolean verified = evidence.admin().server().startsWith("https://")
                && !evidence.admin().insecure()
                && evidence.get("/version").isGood();
        return Verdict.of(verified, "verified by the cluster's authority: " + verified);
    }

    private static Verdict whoAmI(Evidence evidence) throws IOException {
        if (evidence.admin().certificate().isEmpty()) return Verdict.fail("this kubeconfig has no client certificate");
        String name = AccessPolicies.self(evidence).text("username");
        return Verdict.of(!name.isEmpty(), "this certificate is \"" + name + "\"");
    }

    private static Verdict ciphers(Evidence evidence) throws IOException {
        URI server = URI.create(evidence.admin().server());
        return Probe.strongCiphers(server.getHost(), server.getPort());
    }
}
