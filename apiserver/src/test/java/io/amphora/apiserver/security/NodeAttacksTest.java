package io.amphora.apiserver.security;

import static io.amphora.apiserver.security.Attack.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.time.testing.FakeClock;
import java.time.Instant;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A kubelet that somebody has taken over harms its own node and what runs there.
class NodeAttacksTest {
    private static final User NODE = User.of("system:node:mine", User.NODES, User.AUTHENTICATED);
    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final String TOKEN = "POST " + DEFAULT + "serviceaccounts/app/token";
    private static final String SLICES = "/apis/resource.k8s.io/v1/resourceslices";
    private static final String CLAIMS = "/apis/resource.k8s.io/v1/namespaces/default/resourceclaims";

    private final AttackedServer server = new AttackedServer(ApiServerConfig.standard()
            .withClock(new FakeClock(Instant.parse("2030-01-01T00:00:00Z")))
            .withServiceAccounts(Keys.serviceAccounts()));

    @BeforeEach
    void start() {
        for (String account : new String[] {"default", "app"})
            server.admin("POST " + DEFAULT + "serviceaccounts", "{'metadata':{'name':'%s'}}".formatted(account));
        for (String node : new String[] {"mine", "other"}) {
            server.admin("POST /api/v1/nodes", "{'metadata':{'name':'%s'}}".formatted(node));
            server.admin("POST " + SLICES, slice(node, node));
            server.admin(
                    "POST " + CLAIMS, "{'metadata':{'name':'%s'},'spec':{'devices':{}}}".formatted("claim-" + node));
            server.admin("POST " + DEFAULT + "persistentvolumeclaims", """
                    {'metadata':{'name':'%s'},'spec':{'accessModes':['ReadWriteOnce'],
                     'resources':{'requests':{'storage':'1Gi'}}}}""".formatted("data-" + node));
            server.admin("POST " + DEFAULT + "pods", """
                    {'metadata':{'name':'pod-%1$s'},'spec':{'nodeName':'%1$s','serviceAccountName':'app',
                     'resourceClaims':[{'name':'d','resourceClaimName':'claim-%1$s'}],
                     'containers':[{'name':'c','image':'i'}],
                     'volumes':[
                      {'name':'d','persistentVolumeClaim':{'claimName':'data-%1$s'}},
                      {'name':'i','csi':{'driver':'csi.example.com'}},
                      {'name':'t','projected':{'sources':[{'serviceAccountToken':{'path':'t','audience':'vault'}}]}}]}}
                    """.formatted(node));
        }
        server.admin("POST /apis/storage.k8s.io/v1/csidrivers", """
                {'metadata':{'name':'csi.example.com'},
                 'spec':{'volumeLifecycleModes':['Ephemeral'],'tokenRequests':[{'audience':'csi'}]}}""");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String slice(String name, String node) {
        return """
                {'metadata':{'name':'%s'},'spec':{'driver':'gpu.example.com','nodeName':'%s',
                 'pool':{'name':'%s','resourceSliceCount':1},'devices':[{'name':'d'}]}}""".formatted(name, node, node);
    }

    static Stream<Attack> attacks() {
        return Stream.of(
                row("a token that is bound to nothing", NODE, TOKEN, "{'spec':{}}", 403, "not bound to a pod"),
                row(
                        "a token that is bound to the node",
                        NODE,
                        TOKEN,
                        bound("'apiVersion':'v1','kind':'Node','name':'mine','uid':'1'", ""),
                        403,
                        "not bound to a pod"),
                row(
                        "a token for a Pod without its uid",
                        NODE,
                        TOKEN,
                        bound("'apiVersion':'v1','kind':'Pod','name':'pod-mine'", ""),
                        403,
                        "node requested token with a pod binding without a uid"),
                row(
                        "a token for a Pod of another uid",
                        NODE,
                        TOKEN,
                        bound("'apiVersion':'v1','kind':'Pod','name':'pod-mine','uid':'1'", ""),
                        403,
                        "does not match the UID in record"),
                row(
                        "a token for a Pod of another node",
                        NODE,
                        TOKEN,
                        bound("'apiVersion':'v1','kind':'Pod','name':'pod-other','uid':'$other'", ""),
                        403,
                        "node requested token bound to a pod scheduled on a different node"),
                row(
                        "a token for a Pod that is not there",
                        NODE,
                        TOKEN,
                        bound("'apiVersion':'v1','kind':'Pod','name':'absent','uid':'1'", ""),
                        404,
                        "pods \"absent\" not found"),
                row(
                        "a token for somebody whom the Pod does not name",
                        NODE,
                        TOKEN,
                        bound(MINE, "'elsewhere'"),
                        403,
                        "audience \"elsewhere\" not found in pod spec volume"),
                row(
                        "a token for several",
                        NODE,
                        TOKEN,
                        bound(MINE, "'vault','csi'"),
                        403,
                        "node may only request 0 or 1 audiences"),
                row("a token for the server, as each Pod has one, is issued", NODE, TOKEN, bound(MINE, ""), 201, ""),
                row("a token for whom the Pod names is issued", NODE, TOKEN, bound(MINE, "'vault'"), 201, ""),
                row("and for the driver of one of its volumes", NODE, TOKEN, bound(MINE, "'csi'"), 201, ""),
                row(
                        "a token of an account that none of its Pods uses",
                        NODE,
                        "POST " + DEFAULT + "serviceaccounts/default/token",
                        bound(MINE, ""),
                        403,
                        "no relationship found"),
                row(
                        "anybody's token for a Pod of another account",
                        User.ADMIN,
                        "POST " + DEFAULT + "serviceaccounts/default/token",
                        bound(MINE, ""),
                        400,
                        "cannot bind token for serviceaccount \"default\" to pod running with different"),
                row(
                        "a token that lives nine minutes",
                        User.ADMIN,
                        TOKEN,
                        "{'spec':{'expirationSeconds':540}}",
                        422,
                        "may not specify a duration less than 10 minutes"),
                row(
                        "a token that outlives everybody",
                        User.ADMIN,
                        TOKEN,
                        "{'spec':{'expirationSeconds':4294967297}}",
                        422,
                        "may not specify a duration larger than 2^32 seconds"),
                row("a slice of its own is created", NODE, "POST " + SLICES, slice("new", "mine"), 201, ""),
                row(
                        "a slice of another node is not",
                        NODE,
                        "POST " + SLICES,
                        slice("new", "other"),
                        403,
                        "can only create ResourceSlice with the same NodeName as the requesting node"),
                row(
                        "a slice of another node is not created by an apply",
                        NODE,
                        "PATCH/apply " + SLICES + "/new?fieldManager=m",
                        slice("new", "other")
                                .replaceFirst("\\{", "{'apiVersion':'resource.k8s.io/v1','kind':'ResourceSlice',"),
                        403,
                        "no relationship found"),
                row(
                        "a slice of another node is not read",
                        NODE,
                        "GET " + SLICES + "/other",
                        "",
                        403,
                        "no relationship"),
                row("nor changed", NODE, "PUT " + SLICES + "/other", slice("other", "other"), 403, "no relationship"),
                row("nor deleted", NODE, "DELETE " + SLICES + "/other", "", 403, "no relationship"),
                row("its own is deleted", NODE, "DELETE " + SLICES + "/mine", "", 200, ""),
                row("all slices are not listed", NODE, "GET " + SLICES, "", 403, "nodeName field selector"),
                row("nor deleted at once", NODE, "DELETE " + SLICES, "", 403, "nodeName field selector"),
                row(
                        "nor those of another node",
                        NODE,
                        "DELETE " + SLICES + "?fieldSelector=spec.nodeName=other",
                        "",
                        403,
                        "nodeName field selector"),
                row(
                        "its own are deleted at once",
                        NODE,
                        "DELETE " + SLICES + "?fieldSelector=spec.nodeName=mine",
                        "",
                        200,
                        ""),
                row("a claim of its Pods is read", NODE, "GET " + CLAIMS + "/claim-mine", "", 200, ""),
                row("a claim of other Pods is not", NODE, "GET " + CLAIMS + "/claim-other", "", 403, "no relationship"),
                row(
                        "a volume's claim is not labelled through its status",
                        NODE,
                        "PATCH/merge " + DEFAULT + "persistentvolumeclaims/data-mine/status",
                        "{'metadata':{'labels':{'a':'b'}}}",
                        403,
                        "is not allowed to update fields other than status.quantity and status.conditions"),
                row(
                        "what a volume has grown to is written there",
                        NODE,
                        "PATCH/merge " + DEFAULT + "persistentvolumeclaims/data-mine/status",
                        "{'status':{'capacity':{'storage':'2Gi'}}}",
                        200,
                        ""),
                row(
                        "a Pod's status says nothing about its claims",
                        NODE,
                        "PATCH/merge " + DEFAULT + "pods/pod-mine/status",
                        "{'status':{'resourceClaimStatuses':[{'name':'d','resourceClaimName':'claim-other'}]}}",
                        403,
                        "cannot update resource claim statuses"),
                row(
                        "a certificate of another node is not asked for",
                        NODE,
                        CERTIFICATES,
                        csr("kubernetes.io/kube-apiserver-client-kubelet", OTHERS_REQUEST),
                        403,
                        "can only create a node CSR with CN=system:node:mine"),
                row(
                        "nor one to serve as another node",
                        NODE,
                        CERTIFICATES,
                        csr("kubernetes.io/kubelet-serving", OTHERS_REQUEST),
                        403,
                        "can only create a node CSR with CN=system:node:mine"),
                row(
                        "nor by what is no request",
                        NODE,
                        CERTIFICATES,
                        csr("kubernetes.io/kubelet-serving", "bm90aGluZw=="),
                        422,
                        ""),
                row(
                        "its own is",
                        NODE,
                        CERTIFICATES,
                        csr("kubernetes.io/kube-apiserver-client-kubelet", OWN_REQUEST),
                        201,
                        ""),
                row(
                        "a Pod of another node is not evicted",
                        NODE,
                        "POST " + DEFAULT + "pods/pod-other/eviction",
                        "{'metadata':{'name':'pod-other'}}",
                        403,
                        "can only evict pods with spec.nodeName set to itself"),
                row(
                        "a Pod of its own is",
                        NODE,
                        "POST " + DEFAULT + "pods/pod-mine/eviction",
                        "{'metadata':{'name':'pod-mine'}}",
                        201,
                        ""));
    }

    private static final String CERTIFICATES = "POST /apis/certificates.k8s.io/v1/certificatesigningrequests";

    /// Of `system:node:mine` in `system:nodes`.
    private static final String OWN_REQUEST =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIc01JR1VBZ0VBTURJeEZUQVRC"
                    + "Z05WQkFvTURITjVjM1JsYlRwdWIyUmxjekVaTUJjR0ExVUVBd3dRYzNsegpkR1Z0T201dlpHVTZi"
                    + "V2x1WlRCWk1CTUdCeXFHU000OUFnRUdDQ3FHU000OUF3RUhBMElBQkszcjROTWd3Z1ZqCkZMZjlu"
                    + "S3l1Y1MwZ0FEZGd0dkVsa0NFS3hPazI5NGVmRTl3dkhTUk40WHZzODJyb2JsYjUwVjUycDIzbkk4"
                    + "OTEKR3hFQ3lzdyt6QWFnQURBS0JnZ3Foa2pPUFFRREFnTkhBREJFQWlBVmllcGtCNGk2ZUVid08w"
                    + "MkdRUVFzRzgvUwprQThzZmJPcHZEbW1sbW1RUVFJZ1BqQTdzZi9hSVovK3VGZ3Z6bXNNNWxVMmRl"
                    + "ZDRTbmtpRTM5SnZaYkVZSmM9Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";

    /// Of `system:node:other` in `system:nodes`.
    private static final String OTHERS_REQUEST =
            "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIdU1JR1ZBZ0VBTURNeEZUQVRC"
                    + "Z05WQkFvTURITjVjM1JsYlRwdWIyUmxjekVhTUJnR0ExVUVBd3dSYzNsegpkR1Z0T201dlpHVTZi"
                    + "M1JvWlhJd1dUQVRCZ2NxaGtqT1BRSUJCZ2dxaGtqT1BRTUJCd05DQUFTdDYrRFRJTUlGCll4UzMv"
                    + "Wnlzcm5FdElBQTNZTGJ4SlpBaENzVHBOdmVIbnhQY0x4MGtUZUY3N1BOcTZHNVcrZEZlZHFkdDV5"
                    + "UFAKZFJzUkFzck1Qc3dHb0FBd0NnWUlLb1pJemowRUF3SURTQUF3UlFJZ1J6ZklmTTdpNFl4SHp6"
                    + "R0tTWkRmU3R2UwpBN2Y2NHBOUVhnTCtZR2NGVllNQ0lRRFQ1VmNBbjdEa3FMTWs4OXQwUVBMTW5X"
                    + "SVlYMElDME9HNGVwT3ZyYVpaCmxnPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUgUkVRVUVTVC0tLS0t"
                    + "Cg==";

    private static String csr(String signer, String request) {
        return """
                {'metadata':{'name':'c'},'spec':{'signerName':'%s','request':'%s','usages':['digital signature',%s]}}""".formatted(signer, request, signer.endsWith("serving") ? "'server auth'" : "'client auth'");
    }

    private static final String MINE = "'apiVersion':'v1','kind':'Pod','name':'pod-mine','uid':'$mine'";

    private static String bound(String reference, String audiences) {
        return "{'spec':{'audiences':[%s],'boundObjectRef':{%s}}}".formatted(audiences, reference);
    }

    @ParameterizedTest
    @MethodSource
    void attacks(Attack attack) {
        String body = attack.body().replace("$mine", uid("pod-mine")).replace("$other", uid("pod-other"));
        server.check(new Attack(
                attack.name(), attack.user(), attack.request(), attack.headers(), body, attack.code(), attack.says()));
    }

    @Test
    void a_token_lives_a_year_at_most_and_the_answer_says_so() {
        var outcome = server.send(User.ADMIN, TOKEN, Map.of(), "{'spec':{'expirationSeconds':4294967296}}");
        assertThat(outcome.warnings())
                .containsExactly("requested expiration of 4294967296 seconds shortened to 31536000 seconds");
        assertThat(outcome.tree().object("spec").whole("expirationSeconds")).isEqualTo(31_536_000);
        assertThat(outcome.tree().object("status").text("expirationTimestamp")).isEqualTo("2031-01-01T00:00:00Z");
    }

    private String uid(String pod) {
        return server.admin("GET " + DEFAULT + "pods/" + pod, "")
                .object("metadata")
                .text("uid");
    }
}
