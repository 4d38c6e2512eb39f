package io.amphora.apiserver.security;

import static io.amphora.apiserver.security.Attack.row;

import io.amphora.apiserver.auth.User;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One verb does not do another's work.
class VerbsAttacksTest {
    private static final User PATCHER = User.of("patcher", User.AUTHENTICATED);
    private static final User READER = User.of("reader", User.AUTHENTICATED);
    private static final User OWNER = User.of("owner", User.AUTHENTICATED);
    private static final User WATCHER = User.of("watcher", User.AUTHENTICATED);

    private static final String DEFAULT = "/api/v1/namespaces/default/";
    private static final String MAPS = DEFAULT + "configmaps/";
    private static final String MAP = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s'%s}}";
    private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases/";

    private final AttackedServer server = new AttackedServer();

    @BeforeEach
    void start() {
        server.allow(PATCHER, false, "{'apiGroups':['*'],'resources':['*'],'verbs':['patch','update','get']}");
        server.allow(READER, false, "{'apiGroups':['*'],'resources':['*'],'verbs':['get','list','watch']}");
        server.allow(OWNER, false, "{'apiGroups':['*'],'resources':['*'],'verbs':['*']}");
        server.allow(
                WATCHER,
                false,
                "{'apiGroups':[''],'resources':['secrets','pods/proxy'],'resourceNames':['a'],"
                        + "'verbs':['watch','list','deletecollection','update']}");
        server.admin("POST " + DEFAULT + "configmaps", MAP.formatted("there", ""));
        server.admin("POST " + DEFAULT + "serviceaccounts", "{'metadata':{'name':'default'}}");
        server.admin("POST " + DEFAULT + "secrets", "{'metadata':{'name':'b'}}");
        server.admin("POST /api/v1/namespaces", "{'metadata':{'name':'other'}}");
        server.admin("POST /api/v1/nodes", "{'metadata':{'name':'n'}}");
        server.admin(
                "POST " + DEFAULT + "pods",
                "{'metadata':{'name':'p'},'spec':{'nodeName':'n','containers':[{'name':'c','image':'i'}]}}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static Stream<Attack> attacks() {
        return Stream.of(
                row(
                        "an apply that changes an object needs no right to create",
                        PATCHER,
                        "PATCH/apply " + MAPS + "there?fieldManager=m",
                        MAP.formatted("there", ""),
                        200,
                        ""),
                row(
                        "an apply that creates an object needs the right to create",
                        PATCHER,
                        "PATCH/apply " + MAPS + "absent?fieldManager=m",
                        MAP.formatted("absent", ""),
                        403,
                        "configmaps \"absent\" is forbidden: User \"patcher\" cannot create resource \"configmaps\""),
                row(
                        "a dry run of an apply needs it as well",
                        PATCHER,
                        "PATCH/apply " + MAPS + "absent?fieldManager=m&dryRun=All",
                        MAP.formatted("absent", ""),
                        403,
                        "cannot create resource"),
                row(
                        "an apply for another uid is refused before it tells that there is no object",
                        PATCHER,
                        "PATCH/apply " + MAPS + "absent?fieldManager=m",
                        MAP.formatted("absent", ",'uid':'1'"),
                        403,
                        "cannot create resource"),
                row(
                        "an apply of what is invalid is refused before it tells that there is no object",
                        PATCHER,
                        "PATCH/apply " + MAPS + "Not_A_Name?fieldManager=m",
                        MAP.formatted("Not_A_Name", ""),
                        403,
                        "cannot create resource"),
                row(
                        "a PUT that creates a Lease needs the right to create",
                        PATCHER,
                        "PUT " + LEASES + "absent",
                        "{'metadata':{'name':'absent'}}",
                        403,
                        "leases.coordination.k8s.io \"absent\" is forbidden: User \"patcher\" cannot create"),
                row(
                        "a PUT that creates Endpoints needs the right to create",
                        PATCHER,
                        "PUT " + DEFAULT + "endpoints/absent",
                        "{'metadata':{'name':'absent'}}",
                        403,
                        "cannot create resource \"endpoints\""),
                row(
                        "a PUT that creates a LimitRange needs the right to create",
                        PATCHER,
                        "PUT " + DEFAULT + "limitranges/absent",
                        "{'metadata':{'name':'absent'}}",
                        403,
                        "cannot create resource \"limitranges\""),
                row(
                        "a PUT that creates a RoleBinding needs the right to create",
                        PATCHER,
                        "PUT /apis/rbac.authorization.k8s.io/v1/namespaces/default/rolebindings/absent",
                        "{'metadata':{'name':'absent'},'roleRef':{'apiGroup':'rbac.authorization.k8s.io',"
                                + "'kind':'ClusterRole','name':'view'}}",
                        403,
                        "cannot create resource \"rolebindings\""),
                row(
                        "who may create as well does",
                        OWNER,
                        "PUT " + LEASES + "absent",
                        "{'metadata':{'name':'absent'}}",
                        201,
                        ""),
                row(
                        "a PUT of a kind that no PUT creates tells that it is not there",
                        PATCHER,
                        "PUT " + MAPS + "absent",
                        MAP.formatted("absent", ""),
                        404,
                        "configmaps \"absent\" not found"),
                row(
                        "exec by GET needs the right to create",
                        READER,
                        "GET " + DEFAULT + "pods/p/exec?command=id",
                        "",
                        403,
                        "pods \"p\" is forbidden: User \"reader\" cannot create resource \"pods/exec\""),
                row(
                        "attach by GET needs the right to create",
                        READER,
                        "GET " + DEFAULT + "pods/p/attach",
                        "",
                        403,
                        "cannot create resource \"pods/attach\""),
                row(
                        "port-forward by GET needs the right to create",
                        READER,
                        "GET " + DEFAULT + "pods/p/portforward?ports=80",
                        "",
                        403,
                        "cannot create resource \"pods/portforward\""),
                row(
                        "exec in a Pod that is not there tells so only to who may exec",
                        READER,
                        "GET " + DEFAULT + "pods/absent/exec?command=id",
                        "",
                        403,
                        "cannot create resource \"pods/exec\""),
                row(
                        "who owns a namespace creates no other by a path within it",
                        OWNER,
                        "POST " + DEFAULT + "namespaces",
                        "{'metadata':{'name':'new'}}",
                        404,
                        ""),
                row(
                        "who owns a namespace deletes no other by a path within it",
                        OWNER,
                        "DELETE " + DEFAULT + "namespaces/other",
                        "",
                        404,
                        ""),
                row(
                        "who owns a namespace lists no others by a path within it",
                        OWNER,
                        "GET " + DEFAULT + "namespaces",
                        "",
                        404,
                        ""),
                row(
                        "a watch of one name does not show what a selector names",
                        WATCHER,
                        "GET /api/v1/watch/namespaces/default/secrets/a?fieldSelector=metadata.name=b",
                        "",
                        400,
                        "fieldSelector metadata.name doesn't match requested name"),
                row(
                        "a list of the one name that is allowed is a list of that name",
                        WATCHER,
                        "GET " + DEFAULT + "secrets?fieldSelector=metadata.name=a",
                        "",
                        200,
                        ""),
                row(
                        "a list of another name is not",
                        WATCHER,
                        "GET " + DEFAULT + "secrets?fieldSelector=metadata.name=b",
                        "",
                        403,
                        "cannot list resource \"secrets\""),
                row(
                        "a selector of everything but a name is no selection of that name",
                        WATCHER,
                        "GET " + DEFAULT + "secrets?fieldSelector=metadata.name!=a",
                        "",
                        403,
                        "cannot list resource \"secrets\""),
                row(
                        "a deletion of a collection is no deletion of a name, whatever it selects",
                        WATCHER,
                        "DELETE " + DEFAULT + "secrets?fieldSelector=metadata.name=a",
                        "",
                        403,
                        "cannot deletecollection resource \"secrets\""),
                row(
                        "a selector gives no name to a PUT that has none",
                        WATCHER,
                        "PUT " + DEFAULT + "secrets?fieldSelector=metadata.name=a",
                        "{'metadata':{'name':'a'}}",
                        403,
                        "cannot update resource \"secrets\""),
                row(
                        "the way to a Pod's port does not lead through a watch",
                        WATCHER,
                        "POST /api/v1/watch/namespaces/default/pods/a/proxy/",
                        "",
                        404,
                        ""));
    }

    @ParameterizedTest
    @MethodSource
    void attacks(Attack attack) {
        server.check(attack);
    }
}
