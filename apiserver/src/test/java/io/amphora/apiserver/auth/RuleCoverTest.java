package io.amphora.apiserver.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.rbac.v1.PolicyRule;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleCoverTest {
    private static PolicyRule rule(String json) {
        return PolicyRule.of(Json.read(json.replace('\'', '"')).object());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "{'apiGroups':[''],'resources':['pods','secrets'],'verbs':['get','list']} ~ true",
                "{'apiGroups':[''],'resources':['pods/log'],'verbs':['get']} ~ true",
                "{'apiGroups':[''],'resources':['pods','secrets'],'verbs':['get','delete']} ~ false",
                "{'apiGroups':['apps'],'resources':['pods'],'verbs':['get']} ~ false",
                "{'apiGroups':[''],'resources':['configmaps'],'resourceNames':['a','b'],'verbs':['update']} ~ true",
                "{'apiGroups':[''],'resources':['configmaps'],'resourceNames':['a','c'],'verbs':['update']} ~ false",
                "{'apiGroups':[''],'resources':['configmaps'],'verbs':['update']} ~ false",
                "{'nonResourceURLs':['/healthz/ping'],'verbs':['get']} ~ true",
                "{'nonResourceURLs':['/metrics'],'verbs':['get']} ~ false",
            })
    void a_rule_may_be_covered_by_several(String wanted, boolean covered) {
        var held = List.of(
                rule("{'apiGroups':[''],'resources':['pods','*/log'],'verbs':['get','list']}"),
                rule("{'apiGroups':[''],'resources':['secrets'],'verbs':['get','list']}"),
                rule("{'apiGroups':[''],'resources':['configmaps'],'resourceNames':['a'],'verbs':['update']}"),
                rule("{'apiGroups':[''],'resources':['configmaps'],'resourceNames':['b'],'verbs':['*']}"),
                rule("{'nonResourceURLs':['/healthz/*'],'verbs':['get']}"));
        assertThat(RuleCover.missingRules(held, List.of(rule(wanted))).isEmpty()).isEqualTo(covered);
    }

    @Test
    void a_rule_that_multiplies_out_is_missing_as_a_whole() {
        ListTree many = ListTree.from(
                IntStream.range(0, 5_000).mapToObj(i -> "n" + i).toList());
        PolicyRule wanted = PolicyRule.of(ObjectTree.of(
                "apiGroups", many, "resources", many, "resourceNames", many, "verbs", many));
        var held = List.of(rule("{'apiGroups':['n1'],'resources':['n1'],'verbs':['n1']}"));
        assertThat(RuleCover.missingRules(held, List.of(wanted))).containsExactly(wanted);
    }
}
