package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.auth.User;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// ValidatingAdmissionPolicies hold for everybody, and one that cannot be evaluated does not let requests pass.
class AdmissionPolicyAttacksTest {
    private static final String GROUP = "/apis/admissionregistration.k8s.io/v1/";
    private static final String MAPS = "/api/v1/namespaces/default/configmaps";
    private static final String MAP = "{'metadata':{'name':'%s'},'data':{'size':'%s'}}";
    private static final String POLICY = """
            {'metadata':{'name':'small'},'spec':{
             'failurePolicy':'%s',
             'matchConstraints':{'resourceRules':[
               {'apiGroups':[''],'apiVersions':['v1'],'operations':['CREATE','UPDATE','DELETE'],'resources':['configmaps']}]},
             'validations':[{'expression':"%s",'message':'too large'}]}}""";
    private static final String BINDING =
            "{'metadata':{'name':'small'},'spec':{'policyName':'small','validationActions':['%s'],"
                    + "'matchResources':{'namespaceSelector':{'matchLabels':{'kubernetes.io/metadata.name':'default'}}}}}";
    private static final String SMALL = "request.operation == 'DELETE' || int(object.data.size) < 5";

    private final AttackedServer server = new AttackedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private void policy(String failure, String expression, String action) {
        server.admin(
                "POST " + GROUP + "validatingadmissionpolicies",
                POLICY.formatted(failure, expression.replace("'", "\\u0027")));
        server.admin("POST " + GROUP + "validatingadmissionpolicybindings", BINDING.formatted(action));
    }

    @Test
    void also_an_administrator_is_refused_whatever_the_way_of_writing() {
        policy("Fail", SMALL, "Deny");
        assertThat(server.send(User.ADMIN, "POST " + MAPS, Map.of(), MAP.formatted("a", "1"))
                        .code())
                .isEqualTo(201);
        var created = server.send(User.ADMIN, "POST " + MAPS, Map.of(), MAP.formatted("b", "9"));
        assertThat(created.code()).isEqualTo(422);
        assertThat(created.text())
                .contains("ValidatingAdmissionPolicy 'small' with binding 'small' denied request: too large");
        var patched = server.send(User.ADMIN, "PATCH/merge " + MAPS + "/a", Map.of(), "{'data':{'size':'9'}}");
        assertThat(patched.code()).isEqualTo(422);
        var replaced = server.send(User.ADMIN, "PUT " + MAPS + "/a", Map.of(), MAP.formatted("a", "9"));
        assertThat(replaced.code()).isEqualTo(422);
        var elsewhere = server.send(
                User.ADMIN, "POST /api/v1/namespaces/kube-system/configmaps", Map.of(), MAP.formatted("b", "9"));
        assertThat(elsewhere.code()).as(elsewhere.text()).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({"Fail, Deny, 422", "Ignore, Deny, 201", "Fail, Warn, 201"})
    void an_error_counts_as_the_policy_says(String failure, String action, int code) {
        policy(failure, SMALL, action);
        var created = server.send(User.ADMIN, "POST " + MAPS, Map.of(), "{'metadata':{'name':'a'}}");
        assertThat(created.code()).as(created.text()).isEqualTo(code);
        assertThat(created.warnings()).hasSize(action.equals("Warn") ? 1 : 0);
    }

    @ParameterizedTest
    @CsvSource({
        "autoscaling, v1, Equivalent, 422",
        "autoscaling, v2, Equivalent, 422",
        "autoscaling, v9, Equivalent, 201",
        "autoscaling, v2, Exact, 201",
        "autoscaling, v1, Exact, 422"
    })
    void another_version_of_a_resource_is_no_way_around(String group, String version, String how, int code) {
        server.admin(
                "POST " + GROUP + "validatingadmissionpolicies",
                POLICY.formatted("Fail", "false")
                        .replace("['']", "['" + group + "']")
                        .replace("['v1']", "['" + version + "']")
                        .replace("'configmaps'", "'horizontalpodautoscalers'")
                        .replace("'matchConstraints':{", "'matchConstraints':{'matchPolicy':'" + how + "',"));
        server.admin("POST " + GROUP + "validatingadmissionpolicybindings", BINDING.formatted("Deny"));
        var created = server.send(
                User.ADMIN,
                "POST /apis/autoscaling/v1/namespaces/default/horizontalpodautoscalers",
                Map.of(),
                "{'metadata':{'name':'a'},'spec':{'maxReplicas':2,'scaleTargetRef':{'apiVersion':'apps/v1','kind':'Deployment','name':'a'}}}");
        assertThat(created.code()).as(created.text()).isEqualTo(code);
        if (code == 422) assertThat(created.text()).contains("denied request");
    }

    @Test
    void an_expression_that_costs_too_much_ends() {
        policy(
                "Fail",
                "[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c,"
                        + " [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, a + b + c + d + e < 99)))))",
                "Deny");
        var created = server.send(User.ADMIN, "POST " + MAPS, Map.of(), MAP.formatted("a", "1"));
        assertThat(created.code()).isEqualTo(422);
        assertThat(created.text()).contains("cost");
    }

    @Test
    void the_policy_itself_can_always_be_taken_away() {
        server.admin(
                "POST " + GROUP + "validatingadmissionpolicies",
                POLICY.formatted("Fail", "false").replace("'configmaps'", "'*'").replace("['']", "['*']"));
        server.admin(
                "POST " + GROUP + "validatingadmissionpolicybindings",
                BINDING.formatted("Deny")
                        .replace(
                                ",'matchResources':{'namespaceSelector':{'matchLabels':{'kubernetes.io/metadata.name':'default'}}}",
                                ""));
        assertThat(server.send(User.ADMIN, "POST " + MAPS, Map.of(), MAP.formatted("a", "1"))
                        .code())
                .isEqualTo(422);
        var deleted =
                server.send(User.ADMIN, "DELETE " + GROUP + "validatingadmissionpolicybindings/small", Map.of(), "");
        assertThat(deleted.code()).as(deleted.text()).isEqualTo(200);
        assertThat(server.send(User.ADMIN, "POST " + MAPS, Map.of(), MAP.formatted("a", "1"))
                        .code())
                .isEqualTo(201);
    }
}
