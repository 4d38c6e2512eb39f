package io.amphora.apiserver.security;

import static io.amphora.apiserver.security.Attack.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.ApiServerConfig;
import io.amphora.apiserver.auth.BootstrapPolicy;
import io.amphora.apiserver.auth.Components;
import io.amphora.apiserver.auth.User;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.MemoryStore;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Who takes over a part of the cluster gets what that part needs, and no more.
class ComponentsAttacksTest {
    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final String SECRETS = DEFAULT + "secrets";
    private static final String FORBIDDEN = "is forbidden: User \"";

    private final AttackedServer server = new AttackedServer();

    @BeforeEach
    void start() {
        server.admin("POST " + SECRETS, "{'metadata':{'name':'s'}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Attack> attacks() {
        User deployments = Components.controller("deployment-controller");
        User aggregation = Components.controller("clusterrole-aggregation-controller");
        return Stream.of(
                row("the scheduler lists no Secrets", Components.SCHEDULER, "GET " + SECRETS, "", 403, FORBIDDEN),
                row("nor reads one", Components.SCHEDULER, "GET " + SECRETS + "/s", "", 403, FORBIDDEN),
                row(
                        "nor creates Pods",
                        Components.SCHEDULER,
                        "POST " + DEFAULT + "pods",
                        "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}]}}",
                        403,
                        FORBIDDEN),
                row("it lists Pods", Components.SCHEDULER, "GET /api/v1/pods", "", 200, ""),
                row(
                        "the controller manager binds nobody to anything",
                        Components.CONTROLLER_MANAGER,
                        "POST " + RBAC + "clusterrolebindings",
                        "{'metadata':{'name':'b'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                                + "'kind':'ClusterRole','name':'cluster-admin'}}",
                        403,
                        FORBIDDEN),
                row(
                        "nor creates Pods",
                        Components.CONTROLLER_MANAGER,
                        "POST " + DEFAULT + "pods",
                        "{'metadata':{'name':'p'},'spec':{'containers':[{'name':'c','image':'i'}]}}",
                        403,
                        FORBIDDEN),
                row("it watches for its controllers", Components.CONTROLLER_MANAGER, "GET /api/v1/pods", "", 200, ""),
                row("a controller reads no Secrets", deployments, "GET " + SECRETS, "", 403, FORBIDDEN),
                row(
                        "a controller has no other one's rights",
                        deployments,
                        "DELETE /api/v1/namespaces/default",
                        "",
                        403,
                        FORBIDDEN),
                row(
                        "who gathers roles writes no bindings",
                        aggregation,
                        "POST " + RBAC + "clusterrolebindings",
                        "{'metadata':{'name':'b'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                                + "'kind':'ClusterRole','name':'cluster-admin'}}",
                        403,
                        FORBIDDEN),
                row(
                        "nodes that pretend read no Secrets",
                        Components.SIMULATED_NODES,
                        "GET " + SECRETS,
                        "",
                        403,
                        FORBIDDEN),
                row(
                        "the proxy changes no Services",
                        Components.PROXY,
                        "DELETE " + DEFAULT + "services/kubernetes",
                        "",
                        403,
                        FORBIDDEN));
    }

    @ParameterizedTest
    @MethodSource
    void attacks(Attack attack) {
        server.check(attack);
    }

    @Test
    void nobody_but_cluster_admins_may_do_everything() {
        for (ObjectTree role : BootstrapPolicy.objects())
            for (var rule : role.list("rules"))
                if (rule.object().list("verbs").toString().contains("*")
                        && rule.object().list("resources").toString().equals("[\"*\"]"))
                    assertThat(role.object("metadata").text("name")).isEqualTo("cluster-admin");
    }

    /// A restart gives back what a role or binding lacks, leaves what it has besides, and heeds who wants it otherwise.
    @Test
    void roles_and_bindings_get_back_what_they_lack() {
        var store = new MemoryStore();
        String view = RBAC + "clusterroles/system:aggregate-to-view";
        String discovery = RBAC + "clusterroles/system:discovery";
        String scheduler = RBAC + "clusterrolebindings/system:kube-scheduler";
        String basic = RBAC + "clusterrolebindings/system:basic-user";
        ObjectTree before;
        try (var first = new AttackedServer(store, ApiServerConfig.standard())) {
            before = first.admin("GET " + view, "");
            first.admin("PATCH/merge " + view, """
                    {'rules':[{'apiGroups':['example.com'],'resources':['things'],'verbs':['get']}]}""");
            first.admin("PATCH/merge " + discovery, """
                    {'metadata':{'annotations':{'rbac.authorization.kubernetes.io/autoupdate':'false'}},'rules':[]}""");
            first.admin(
                    "PATCH/merge " + scheduler,
                    "{'subjects':[{'kind':'Group','name':'g'," + "'apiGroup':'rbac.authorization.k8s.io'}]}");
            first.admin("DELETE " + basic, "");
        }
        try (var again = new AttackedServer(store, ApiServerConfig.standard())) {
            ObjectTree role = again.admin("GET " + view, "");
            assertThat(role.list("rules").stream().map(Object::toString))
                    .anyMatch(rule -> rule.contains("example.com"))
                    .anyMatch(rule -> rule.contains("resourcequotas"));
            assertThat(role.list("rules").size())
                    .isGreaterThanOrEqualTo(before.list("rules").size());
            assertThat(again.admin("GET " + discovery, "").list("rules").isEmpty())
                    .isTrue();
            assertThat(again.admin("GET " + scheduler, "").list("subjects").toString())
                    .contains("\"g\"", "system:kube-scheduler");
            assertThat(again.send(User.ADMIN, "GET " + basic, Map.of(), "").code())
                    .isEqualTo(200);
        }
        store.close();
    }
}
