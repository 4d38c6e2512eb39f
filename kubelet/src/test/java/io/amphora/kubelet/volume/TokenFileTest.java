package io.amphora.kubelet.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.tree.Yaml;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenFileTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {containers: [{name: a}, {name: b}]}                                                                     | 644 | 0
            {containers: [{name: a}], securityContext: {runAsUser: 7}}                                               | 600 | 7
            {containers: [{name: a, securityContext: {runAsUser: 7}}, {name: b, securityContext: {runAsUser: 7}}]}   | 600 | 7
            {containers: [{name: a, securityContext: {runAsUser: 7}}, {name: b}]}                                    | 644 | 0
            {containers: [{name: a, securityContext: {runAsUser: 7}}, {name: b}], securityContext: {runAsUser: 7}}   | 600 | 7
            {containers: [{name: a, securityContext: {runAsUser: 7}}, {name: b, securityContext: {runAsUser: 8}}]}   | 644 | 0
            {initContainers: [{name: i}], containers: [{name: a, securityContext: {runAsUser: 7}}]}                  | 644 | 0
            {containers: [{name: a}], securityContext: {fsGroup: 9}}                                                 | 600 | 0
            {containers: [{name: a}], securityContext: {fsGroup: 9, runAsUser: 7}}                                   | 600 | 7
            """)
    void a_token_is_for_those_who_use_it(String spec, String mode, long owner) {
        var pod = Pod.of(Yaml.read("{metadata: {name: p}, spec: " + spec + "}").object());
        assertThat(TokenFile.of(pod, 0644)).isEqualTo(new TokenFile(Integer.parseInt(mode, 8), owner));
    }
}
