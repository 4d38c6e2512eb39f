package io.amphora.apiserver.security;

import static io.amphora.apiserver.security.ClientCertificate.pair;
import static io.amphora.apiserver.security.ClientCertificate.rdn;
import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.NodeClaims;
import io.amphora.api.transport.ApiRequest;
import io.amphora.apiserver.ApiServer;
import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.admission.Plugins;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Nodes that say they are somebody else, users who act as somebody else, and what the cluster's
/// own policy lets the kubelets' client do. The API server is at 10.0.0.100, Services have
/// 10.96.0.0/16, node two is ready at 10.0.0.2, node three is gone from 10.0.0.3.
final class NodeIdentityAttacksTest {
    private final MemoryStore store = new MemoryStore();
    private final ApiServer server = ApiServer.start(
            store,
            ApiServerConfig.standard()
                    .withAddress("10.0.0.100:6443")
                    .withPlugins(Plugins.standard(Randomness.system())));

    @BeforeEach
    void nodes() {
        makeNode("two", "10.0.0.2", "True");
        makeNode("three", "10.0.0.3", "Unknown");
    }

    private void makeNode(String name, String address, String ready) {
        assertThat(call(User.ADMIN, "POST", "/api/v1/nodes", node(name))).isEqualTo(201);
        ObjectTree status = Yaml.read(
                        "{status: {addresses: [{type: InternalIP, address: %s}], conditions: [{type: Ready, status: \"%s\"}]}}"
                                .formatted(address, ready))
                .object();
        assertThat(patchStatus(User.ADMIN, name, status)).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        server.close();
        store.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubernetes",
                "kubernetes.default",
                "kubernetes.default.svc",
                "kubernetes.default.svc.cluster.local",
                "web.shop.svc",
                "localhost",
                "a.localhost",
                "x.kubernetes",
                "x.kubernetes.default",
                "x.cluster.local",
                "127.0.0.1",
                "10.96.0.1",
                "10.0.0.100"
            })
    void a_node_does_not_make_itself_under_a_name_of_the_clusters_own(String name) {
        assertThat(call(kubelet(name, "10.0.0.1"), "POST", "/api/v1/nodes", node(name)))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "InternalIP, 127.0.0.1",
        "InternalIP, ::1",
        "InternalIP, 0.0.0.0",
        "InternalIP, 169.254.169.254",
        "InternalIP, 224.0.0.1",
        "InternalIP, 10.96.0.1",
        "InternalIP, 10.96.7.7",
        "InternalIP, ::ffff:127.0.0.1",
        "InternalIP, 10.0.0.100",
        "InternalIP, 10.0.0.2",
        "ExternalIP, 127.0.0.1",
        "ExternalIP, 10.0.0.2",
        "Hostname, localhost",
        "Hostname, 127.0.0.1",
        "Hostname, two",
        "InternalDNS, kubernetes.default.svc",
        "ExternalDNS, kubernetes"
    })
    void a_node_does_not_claim_what_is_somebody_elses(String type, String address) {
        User one = kubelet("one", "10.0.0.1");
        assertThat(call(one, "POST", "/api/v1/nodes", node("one"))).isEqualTo(201);
        assertThat(patchStatus(one, "one", status(type, address))).isEqualTo(403);
        assertThat(call(
                        kubelet("four", "10.0.0.4"),
                        "POST",
                        "/api/v1/nodes",
                        node("four").with("status", status(type, address).object("status"))))
                .isEqualTo(403);
    }

    @ParameterizedTest
    @CsvSource({
        "InternalIP, 10.0.0.1",
        "InternalIP, 192.168.7.7",
        "InternalIP, 10.0.0.3",
        "ExternalIP, 8.8.8.8",
        "Hostname, one",
        "InternalDNS, one.example.com"
    })
    void a_node_has_addresses_that_are_nobody_elses(String type, String address) {
        User one = kubelet("one", "10.0.0.1");
        assertThat(call(one, "POST", "/api/v1/nodes", node("one"))).isEqualTo(201);
        assertThat(patchStatus(one, "one", status(type, address))).isEqualTo(200);
    }

    @Test
    void an_address_that_a_node_speaks_from_is_its_own_whoever_claims_it() {
        User one = kubelet("one", "10.0.0.2");
        assertThat(call(one, "POST", "/api/v1/nodes", node("one"))).isEqualTo(201);
        assertThat(patchStatus(one, "one", status("InternalIP", "10.0.0.2"))).isEqualTo(200);
    }

    @Test
    void what_a_node_said_before_it_may_go_on_to_say() {
        makeNode("old", "127.0.0.1", "True");
        User old = kubelet("old", "10.0.0.9");
        assertThat(patchStatus(old, "old", status("InternalIP", "127.0.0.1"))).isEqualTo(200);
        assertThat(patchStatus(old, "old", status("InternalIP", "127.0.0.2"))).isEqualTo(403);
    }

    @Test
    void a_request_for_the_masters_certificate_is_refused_in_every_string_type() {
        byte[] wide = "system:masters".getBytes(Charset.forName("UTF-32BE"));
        for (var group : List.of(
                new DERUTF8String("system:masters"), new DERBMPString("system:masters"), new DERUniversalString(wide)))
            assertThat(ask(ClientCertificate.of(rdn(pair("CN=jane")), rdn(pair("O", group)))))
                    .as(group.toString())
                    .isEqualTo(403);
        assertThat(ask(ClientCertificate.of(rdn(pair("CN=jane"), pair("O=system:masters")))))
                .isEqualTo(403);
        assertThat(ask(ClientCertificate.of("CN=jane", "CN=john"))).isEqualTo(403);
        assertThat(ask(ClientCertificate.of("CN=jane", "O=dev"))).isEqualTo(201);
    }

    private int ask(ClientCertificate certificate) {
        ObjectTree spec = ObjectTree.of(
                "signerName",
                "kubernetes.io/kube-apiserver-client",
                "usages",
                ListTree.from(List.of("client auth")),
                "request",
                Base64.getEncoder().encodeToString(certificate.request().getBytes(StandardCharsets.US_ASCII)));
        ObjectTree request = Yaml.read("{apiVersion: certificates.k8s.io/v1, kind: CertificateSigningRequest,"
                        + " metadata: {generateName: csr-}}")
                .object();
        return call(
                User.ADMIN,
                "POST",
                "/apis/certificates.k8s.io/v1/certificatesigningrequests",
                request.with("spec", spec));
    }

    // ---- names of service accounts ----

    @ParameterizedTest
    @CsvSource({
        "system:serviceaccount:default:robot, true",
        "system:serviceaccount:default:robot:more, false",
        "system:serviceaccount:default:, false",
        "system:serviceaccount:default, false",
        "system:serviceaccount::robot, false"
    })
    void who_is_impersonated_is_a_service_account_only_by_a_whole_name(String name, boolean account) {
        ObjectTree review = Yaml.read("{apiVersion: authentication.k8s.io/v1, kind: SelfSubjectReview}")
                .object();
        ObjectTree answer = server.transport(User.ADMIN)
                .call(new ApiRequest(
                        "POST",
                        "/apis/authentication.k8s.io/v1/selfsubjectreviews",
                        Map.of(),
                        Map.of("impersonate-user", name),
                        new ApiRequest.Body.Value("application/json", review)));
        List<String> groups = answer.object("status").object("userInfo").list("groups").stream()
                .map(each -> String.valueOf(each.text()))
                .toList();
        assertThat(groups.contains("system:serviceaccounts")).isEqualTo(account);
        assertThat(groups.contains("system:serviceaccounts:default")).isEqualTo(account);
    }

    @Test
    void a_right_for_a_service_account_is_no_right_for_a_longer_name() {
        call(
                User.ADMIN,
                "POST",
                "/apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings",
                Yaml.read("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: robot}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "system:aggregate-to-view"}
                subjects: [{kind: ServiceAccount, name: robot, namespace: default}]
                """).object());
        String pods = "/api/v1/namespaces/default/pods";
        assertThat(call(User.of("system:serviceaccount:default:robot:x"), "GET", pods, ObjectTree.EMPTY))
                .isEqualTo(403);
        assertThat(call(User.of("system:serviceaccount:default:robot"), "GET", pods, ObjectTree.EMPTY))
                .isEqualTo(201);
    }

    // ---- the policy of the kubelets' API ----

    @ParameterizedTest
    @CsvSource({
        "kube-apiserver-kubelet-client, create, proxy, true",
        "kube-apiserver-kubelet-client, get, proxy, true",
        "kube-apiserver-kubelet-client, get, pods, true",
        "kube-apiserver-kubelet-client, get, stats, true",
        "kube-apiserver-kubelet-client, get, metrics, true",
        "kube-apiserver-kubelet-client, get, log, true",
        "kube-apiserver-kubelet-client, get, healthz, true",
        "kube-apiserver-kubelet-client, get, configz, true",
        "kube-apiserver, get, proxy, false",
        "system:node:two, get, proxy, false",
        "jane, get, healthz, false"
    })
    void only_whom_the_policy_names_may_use_the_kubelets(
            String user, String verb, String subresource, boolean allowed) {
        ObjectTree review = Yaml.read("""
                apiVersion: authorization.k8s.io/v1
                kind: SubjectAccessReview
                spec:
                  user: "%s"
                  groups: [system:authenticated, system:nodes]
                  resourceAttributes: {verb: %s, resource: nodes, subresource: %s, name: two, version: v1}
                """.formatted(user, verb, subresource)).object();
        ObjectTree answer = server.transport(kubelet("two", "10.0.0.2"))
                .call(new ApiRequest(
                        "POST",
                        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
                        Map.of(),
                        Map.of(),
                        new ApiRequest.Body.Value("application/json", review)));
        assertThat(answer.object("status").bool("allowed")).isEqualTo(allowed);
    }

    // ---- requests ----

    private static User kubelet(String name, String source) {
        return User.of("system:node:" + name, User.NODES, User.AUTHENTICATED).with(NodeClaims.SOURCE, source);
    }

    private static ObjectTree node(String name) {
        return Yaml.read("{apiVersion: v1, kind: Node, metadata: {name: \"" + name + "\"}}")
                .object();
    }

    private static ObjectTree status(String type, String address) {
        return Yaml.read("{status: {addresses: [{type: " + type + ", address: \"" + address + "\"}]}}")
                .object();
    }

    private int patchStatus(User user, String name, ObjectTree patch) {
        return code(
                user,
                new ApiRequest(
                        "PATCH",
                        "/api/v1/nodes/" + name + "/status",
                        Map.of(),
                        Map.of(),
                        new ApiRequest.Body.Value("application/merge-patch+json", patch)),
                200);
    }

    /// The status of the answer; 201 for any success.
    private int call(User user, String method, String path, ObjectTree body) {
        ApiRequest.@Nullable Body sent = body.isEmpty() ? null : new ApiRequest.Body.Value("application/json", body);
        return code(user, new ApiRequest(method, path, Map.of(), Map.of(), sent), 201);
    }

    private int code(User user, ApiRequest request, int success) {
        try {
            server.transport(user).call(request);
            return success;
        } catch (ApiException refused) {
            return refused.code();
        }
    }
}
