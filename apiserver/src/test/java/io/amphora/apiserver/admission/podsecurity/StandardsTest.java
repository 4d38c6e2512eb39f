package io.amphora.apiserver.admission.podsecurity;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.tree.Yaml;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StandardsTest {
    private record Case(String level, String spec, String findings) {}

    private static final String HARD =
            "securityContext: {runAsNonRoot: true, allowPrivilegeEscalation: false, capabilities: {drop: [ALL]},"
                    + " seccompProfile: {type: RuntimeDefault}}";

    @Test
    void each_level_names_what_it_forbids() {
        var table = List.of(
                new Case("privileged", "{hostPID: true, containers: [{name: a}]}", ""),
                new Case("baseline", "{containers: [{name: a}]}", ""),
                new Case(
                        "baseline",
                        "{hostNetwork: true, hostIPC: true, containers: [{name: a}]}",
                        "host namespaces (hostNetwork=true, hostIPC=true)"),
                new Case(
                        "baseline",
                        "{containers: [{name: a, ports: [{hostPort: 80}]}, {name: b, ports: [{hostPort: 81}]}]}",
                        "hostPort (containers \"a\", \"b\" use hostPorts 80, 81)"),
                new Case(
                        "baseline",
                        "{containers: [{name: a, securityContext: {seLinuxOptions: {type: x, user: u}}}]}",
                        "seLinuxOptions (container \"a\" set forbidden securityContext.seLinuxOptions: type \"x\";"
                                + " user may not be set)"),
                new Case(
                        "baseline",
                        "{securityContext: {sysctls: [{name: kernel.msgmax}]}, containers: [{name: a}]}",
                        "forbidden sysctls (kernel.msgmax)"),
                new Case(
                        "baseline",
                        "{containers: [{name: a, livenessProbe: {httpGet: {host: h}}}]}",
                        "probe or lifecycle host (container \"a\" uses probe or lifecycle host \"h\")"),
                new Case("restricted", "{containers: [{name: a, " + HARD + "}]}", ""),
                new Case(
                        "restricted",
                        "{volumes: [{name: v, nfs: {server: s}}], containers: [{name: a, " + HARD + "}]}",
                        "restricted volume types (volume \"v\" uses restricted volume type \"nfs\")"),
                new Case(
                        "restricted",
                        "{securityContext: {runAsUser: 0}, containers: [{name: a, " + HARD + "}]}",
                        "runAsUser=0 (pod must not set runAsUser=0)"));
        for (Case each : table) {
            Policy policy = Policy.of(Map.of("pod-security.kubernetes.io/enforce", each.level()));
            Pod pod = Pod.of(Yaml.read("{spec: " + each.spec() + "}").object());
            assertThat(Finding.details(Standards.findings(policy.enforce(), pod)))
                    .as(each.toString())
                    .isEqualTo(each.findings());
        }
    }

    @Test
    void an_older_version_knows_fewer_rules() {
        Policy policy = Policy.of(Map.of(
                "pod-security.kubernetes.io/enforce", "baseline",
                "pod-security.kubernetes.io/enforce-version", "v1.33"));
        Pod pod = Pod.of(Yaml.read("{spec: {containers: [{name: a, livenessProbe: {httpGet: {host: h}}}]}}")
                .object());
        assertThat(policy.enforce()).hasToString("baseline:v1.33");
        assertThat(Standards.findings(policy.enforce(), pod)).isEmpty();
    }

    @Test
    void without_a_level_of_its_own_a_warning_is_of_what_would_be_refused() {
        assertThat(Policy.of(Map.of("pod-security.kubernetes.io/enforce", "baseline"))
                        .warn())
                .hasToString("baseline:latest");
        assertThat(Policy.of(Map.of("pod-security.kubernetes.io/warn", "restricted"))
                        .enforce())
                .hasToString("privileged:latest");
    }
}
