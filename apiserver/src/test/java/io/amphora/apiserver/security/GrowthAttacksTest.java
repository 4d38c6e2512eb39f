package io.amphora.apiserver.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.apiserver.auth.User;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What is sent is small; what is made of it grows no faster. `bench/run GrowthBench` looks for such places in all
/// kinds.
class GrowthAttacksTest {
    private static final User WRITER = User.of("writer", User.AUTHENTICATED);
    private static final String MAPS = "POST /api/v1/namespaces/default/configmaps";
    private static final String ROLES = "POST /apis/rbac.authorization.k8s.io/v1/namespaces/default/roles";

    private final AttackedServer server = new AttackedServer();

    @AfterEach
    void stop() {
        server.close();
    }

    private static String list(int count, IntFunction<String> item) {
        return IntStream.range(0, count).mapToObj(item).collect(Collectors.joining(",", "[", "]"));
    }

    @Test
    void the_answer_to_ten_thousand_controllers_of_one_object_is_bounded() {
        String owners = list(
                10_000, i -> "{'apiVersion':'v1','kind':'Pod','name':'p','uid':'%d','controller':true}".formatted(i));
        var outcome = send(MAPS, "{'metadata':{'name':'a','ownerReferences':%s}}".formatted(owners));
        assertThat(outcome.code()).isEqualTo(422);
        assertThat(outcome.text())
                .contains("Only one reference can have Controller set to true")
                .contains("more errors");
        assertThat(outcome.text().length()).isLessThan(2 << 20);
    }

    @Test
    void the_answer_to_a_hundred_thousand_wrong_labels_is_bounded() {
        String labels = IntStream.range(0, 100_000)
                .mapToObj(i -> "'-%d':''".formatted(i))
                .collect(Collectors.joining(",", "{", "}"));
        var outcome = send(MAPS, "{'metadata':{'name':'a','labels':%s}}".formatted(labels));
        assertThat(outcome.code()).isEqualTo(422);
        assertThat(outcome.text()).contains("more errors");
        assertThat(outcome.text().length()).isLessThan(2 << 20);
    }

    @Test
    void a_rule_of_a_billion_combinations_is_not_multiplied_out() {
        mayWriteRoles();
        String texts = list(1_000, i -> "'v%d'".formatted(i));
        var outcome = send(
                ROLES,
                "{'metadata':{'name':'a'},'rules':[{'apiGroups':%s,'resources':%s,'verbs':%s}]}"
                        .formatted(texts, texts, texts));
        assertThat(outcome.code()).isEqualTo(403);
        assertThat(outcome.text()).contains("not currently held");
        assertThat(outcome.text().length()).isLessThan(1 << 20);
    }

    @Test
    void a_rule_of_many_combinations_that_are_held_is_granted() {
        mayWriteRoles();
        String verbs = list(300, i -> "'v%d'".formatted(i));
        String resources = list(300, i -> "'r%d'".formatted(i));
        server.allow(WRITER, true, "{'apiGroups':['a'],'resources':%s,'verbs':%s}".formatted(resources, verbs));
        server.allow(WRITER, true, "{'apiGroups':['b'],'resources':['*'],'verbs':%s}".formatted(verbs));
        String rule = "{'metadata':{'name':'%s'},'rules':[{'apiGroups':['a','b'%s],'resources':%s,'verbs':%s}]}";
        assertThat(send(ROLES, rule.formatted("held", "", resources, verbs)).code())
                .isEqualTo(201);
        assertThat(send(ROLES, rule.formatted("more", ",'c'", resources, verbs)).code())
                .isEqualTo(403);
    }

    @Test
    void twenty_thousand_files_of_one_name_are_not_compared_with_one_another() {
        server.admin("POST /api/v1/namespaces/default/serviceaccounts", "{'metadata':{'name':'default'}}");
        server.allow(WRITER, true, "{'apiGroups':[''],'resources':['pods'],'verbs':['create']}");
        String items = list(20_000, i -> "{'key':'k','path':'p'}");
        var outcome = send(
                "POST /api/v1/namespaces/default/pods",
                "{'metadata':{'name':'a'},'spec':{'containers':[{'name':'c','image':'c'}],'volumes':[{'name':'v','configMap':{'name':'m','items':%s}}]}}"
                        .formatted(items));
        assertThat(outcome.code()).as(outcome.text()).isEqualTo(201);
        assertThat(outcome.warnings())
                .hasSize(1)
                .first()
                .satisfies(one -> assertThat(one.length()).isLessThanOrEqualTo(4096));
    }

    private void mayWriteRoles() {
        server.allow(
                WRITER, true, "{'apiGroups':['rbac.authorization.k8s.io'],'resources':['roles'],'verbs':['create']}");
    }

    private AttackedServer.Outcome send(String request, String body) {
        if (request.equals(MAPS))
            server.allow(WRITER, true, "{'apiGroups':[''],'resources':['configmaps'],'verbs':['create']}");
        return server.send(WRITER, request, Map.of(), body);
    }
}
