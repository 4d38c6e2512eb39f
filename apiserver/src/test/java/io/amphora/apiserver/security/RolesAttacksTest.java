package io.amphora.apiserver.security;

import static io.amphora.apiserver.security.Attack.row;

import io.amphora.apiserver.auth.User;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Nobody gets by a role or a binding what they do not have.
class RolesAttacksTest {
    private static final User WRITER = User.of("writer", User.AUTHENTICATED);
    private static final User BINDER = User.of("binder", User.AUTHENTICATED);
    private static final User ESCALATOR = User.of("escalator", User.AUTHENTICATED);

    private static final String RBAC = "/apis/rbac.authorization.k8s.io/v1/";
    private static final String ROLES = RBAC + "clusterroles";
    private static final String BINDINGS = RBAC + "clusterrolebindings";
    private static final String VIEW = "rbac.authorization.k8s.io/aggregate-to-view";
    private static final String NOT_HELD = "is attempting to grant RBAC permissions not currently held";
    private static final String REF =
            "'roleRef':{'apiGroup':'rbac.authorization.k8s.io','kind':'ClusterRole','name':'%s'}";
    private static final String ME =
            "'subjects':[{'apiGroup':'rbac.authorization.k8s.io','kind':'User','name':'writer'}]";
    private static final String AGGREGATION = "'aggregationRule':{'clusterRoleSelectors':[{'matchLabels':{'a':'b'}}]}";

    private final AttackedServer server = new AttackedServer();

    @BeforeEach
    void start() {
        String writes = "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['*'],"
                + "'verbs':['create','update','patch','get']}";
        for (User user : new User[] {WRITER, BINDER, ESCALATOR}) server.allow(user, true, writes);
        server.allow(WRITER, true, "{'apiGroups':[''],'resources':['pods'],'verbs':['get']}");
        server.allow(
                BINDER,
                true,
                "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['clusterroles'],'resourceNames':['edit'],"
                        + "'verbs':['bind']}");
        server.allow(
                ESCALATOR,
                true,
                "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['clusterroles'],'resourceNames':['strong'],"
                        + "'verbs':['escalate']}");
        server.admin(
                "POST " + ROLES,
                "{'metadata':{'name':'strong'},'rules':[{'apiGroups':[''],'resources':['secrets'],'verbs':['get']}]}");
        server.admin(
                "POST " + ROLES,
                "{'metadata':{'name':'weak'},'rules':[{'apiGroups':[''],'resources':['pods'],'verbs':['get']}]}");
        server.admin("POST " + ROLES, "{'metadata':{'name':'gathers'}," + AGGREGATION + "}");
        server.admin("POST " + BINDINGS, "{'metadata':{'name':'strong'}," + REF.formatted("strong") + "}");
        server.admin("POST " + BINDINGS, "{'metadata':{'name':'weak'}," + REF.formatted("weak") + "}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Attack> attacks() {
        String label = "{'metadata':{'labels':{'%s':'true'}}}".formatted(VIEW);
        return Stream.of(
                row(
                        "a label does not make cluster-admin a part of view",
                        WRITER,
                        "PATCH/merge " + ROLES + "/cluster-admin",
                        label,
                        403,
                        NOT_HELD),
                row(
                        "nor does an apply",
                        WRITER,
                        "PATCH/apply " + ROLES + "/cluster-admin?fieldManager=m",
                        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRole',"
                                + "'metadata':{'name':'cluster-admin','labels':{'" + VIEW + "':'true'}}}",
                        403,
                        NOT_HELD),
                row(
                        "nor a JSON patch, of a role that is not as strong",
                        WRITER,
                        "PATCH/json " + ROLES + "/strong",
                        "[{'op':'add','path':'/metadata/labels','value':{'" + VIEW + "':'true'}}]",
                        403,
                        NOT_HELD),
                row(
                        "nor a PUT",
                        WRITER,
                        "PUT " + ROLES + "/strong",
                        "{'metadata':{'name':'strong','labels':{'" + VIEW + "':'true'}},"
                                + "'rules':[{'apiGroups':[''],'resources':['secrets'],'verbs':['get']}]}",
                        403,
                        NOT_HELD),
                row(
                        "a role is not called something else by who does not hold it",
                        WRITER,
                        "PATCH/merge " + ROLES + "/strong",
                        "{'metadata':{'annotations':{'a':'b'}}}",
                        403,
                        NOT_HELD),
                row(
                        "a role whose rules one holds may be labelled",
                        WRITER,
                        "PATCH/merge " + ROLES + "/weak",
                        label,
                        200,
                        ""),
                row(
                        "finalizers and owners are the garbage collector's to change",
                        WRITER,
                        "PATCH/merge " + ROLES + "/strong",
                        "{'metadata':{'finalizers':['example.com/a']}}",
                        200,
                        ""),
                row(
                        "rules are not added to a role by a patch",
                        WRITER,
                        "PATCH/json " + ROLES + "/weak",
                        "[{'op':'add','path':'/rules/-','value':{'apiGroups':[''],'resources':['secrets'],"
                                + "'verbs':['get']}}]",
                        403,
                        NOT_HELD),
                row(
                        "a role that gathers others takes all rights to create",
                        WRITER,
                        "POST " + ROLES,
                        "{'metadata':{'name':'new'}," + AGGREGATION + "}",
                        403,
                        "must have cluster-admin privileges to use the aggregationRule"),
                row(
                        "and to change, also when it stops gathering",
                        WRITER,
                        "PATCH/merge " + ROLES + "/gathers",
                        "{'aggregationRule':null}",
                        403,
                        "must have cluster-admin privileges to use the aggregationRule"),
                row(
                        "and to label",
                        WRITER,
                        "PATCH/merge " + ROLES + "/gathers",
                        label,
                        403,
                        "must have cluster-admin privileges to use the aggregationRule"),
                row(
                        "who may escalate one role changes that one",
                        ESCALATOR,
                        "PATCH/merge " + ROLES + "/strong",
                        label,
                        200,
                        ""),
                row("and no other", ESCALATOR, "PATCH/merge " + ROLES + "/cluster-admin", label, 403, NOT_HELD),
                row(
                        "nobody joins a binding of a role they do not hold",
                        WRITER,
                        "PATCH/merge " + BINDINGS + "/strong",
                        "{" + ME + "}",
                        403,
                        NOT_HELD),
                row(
                        "nobody labels a binding of a role they do not hold",
                        WRITER,
                        "PATCH/merge " + BINDINGS + "/strong",
                        "{'metadata':{'labels':{'a':'b'}}}",
                        403,
                        NOT_HELD),
                row(
                        "a binding of a role that is held is changed",
                        WRITER,
                        "PATCH/merge " + BINDINGS + "/weak",
                        "{" + ME + "}",
                        200,
                        ""),
                row(
                        "nobody binds what they do not hold by an apply",
                        WRITER,
                        "PATCH/apply " + BINDINGS + "/new?fieldManager=m",
                        "{'apiVersion':'rbac.authorization.k8s.io/v1','kind':'ClusterRoleBinding',"
                                + "'metadata':{'name':'new'}," + REF.formatted("cluster-admin") + "," + ME + "}",
                        403,
                        NOT_HELD),
                row(
                        "nor by a PUT that creates",
                        WRITER,
                        "PUT " + BINDINGS + "/new",
                        "{'metadata':{'name':'new'}," + REF.formatted("cluster-admin") + "," + ME + "}",
                        403,
                        NOT_HELD),
                row(
                        "a role that is not there yet is not bound in advance",
                        WRITER,
                        "POST " + BINDINGS,
                        "{'metadata':{'name':'new'}," + REF.formatted("absent") + "," + ME + "}",
                        404,
                        "not found"),
                row(
                        "who may bind one role binds that one",
                        BINDER,
                        "POST " + BINDINGS,
                        "{'metadata':{'name':'new'}," + REF.formatted("edit") + "," + ME + "}",
                        201,
                        ""),
                row(
                        "and no other",
                        BINDER,
                        "POST " + BINDINGS,
                        "{'metadata':{'name':'new'}," + REF.formatted("cluster-admin") + "," + ME + "}",
                        403,
                        NOT_HELD));
    }

    @ParameterizedTest
    @MethodSource
    void attacks(Attack attack) {
        server.check(attack);
    }
}
