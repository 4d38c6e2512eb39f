package io.amphora.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.schema.Schemas;
import io.amphora.machinery.tree.Yaml;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every field by which a Pod is made safer: what this node makes of it. A field that is new in the schema fails
/// here until somebody decides.
class SecurityFieldsTest {
    private static final String CORE = "io.k8s.api.core.v1.";
    private static final String RUNTIME = "told to the runtime";
    private static final String REFUSED = "refused, where it would change something";
    private static final String KUBELET = "done by the kubelet";
    private static final String OTHERS = "for Windows; nothing to do here, as with Kubernetes";

    private static final Map<String, String> OF_CONTAINERS = Map.ofEntries(
            Map.entry("allowPrivilegeEscalation", RUNTIME),
            Map.entry("appArmorProfile", RUNTIME),
            Map.entry("capabilities", RUNTIME),
            Map.entry("privileged", RUNTIME),
            Map.entry("procMount", RUNTIME),
            Map.entry("readOnlyRootFilesystem", RUNTIME),
            Map.entry("runAsGroup", RUNTIME),
            Map.entry("runAsNonRoot", KUBELET),
            Map.entry("runAsUser", RUNTIME),
            Map.entry("seLinuxOptions", REFUSED),
            Map.entry("seccompProfile", RUNTIME),
            Map.entry("windowsOptions", OTHERS));

    private static final Map<String, String> OF_PODS = Map.ofEntries(
            Map.entry("appArmorProfile", RUNTIME),
            Map.entry("fsGroup", KUBELET),
            Map.entry("fsGroupChangePolicy", "volumes that lie on the node are never given to a group as a whole"),
            Map.entry("runAsGroup", RUNTIME),
            Map.entry("runAsNonRoot", KUBELET),
            Map.entry("runAsUser", RUNTIME),
            Map.entry("seLinuxChangePolicy", "says how seLinuxOptions are applied, which are refused"),
            Map.entry("seLinuxOptions", REFUSED),
            Map.entry("seccompProfile", RUNTIME),
            Map.entry("supplementalGroups", RUNTIME),
            Map.entry("supplementalGroupsPolicy", REFUSED),
            Map.entry("sysctls", "safe ones are told to the runtime, others refused"),
            Map.entry("windowsOptions", OTHERS));

    @Test
    void somebody_has_decided_about_each_field() {
        assertThat(OF_CONTAINERS.keySet())
                .isEqualTo(Schemas.byName(CORE + "SecurityContext").fields().keySet());
        assertThat(OF_PODS.keySet())
                .isEqualTo(Schemas.byName(CORE + "PodSecurityContext").fields().keySet());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hostUsers: false                                                  | does not support user namespaces
            securityContext: {supplementalGroupsPolicy: Strict}               | SupplementalGroupsPolicy=Strict
            securityContext: {seLinuxOptions: {level: s0}}                    | seLinuxOptions are not supported
            securityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]}   | "kernel.msgmax" not allowlisted
            securityContext: {sysctls: [{name: kernel/msgmax, value: '1'}]}   | "kernel/msgmax" not allowlisted
            hostNetwork: true\\nsecurityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]} | with host net
            hostIPC: true\\nsecurityContext: {sysctls: [{name: kernel.shm_rmid_forced, value: '1'}]} | with host ipc
            containers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: Enabled}]}] | recursive
            initContainers: [{name: c, securityContext: {seLinuxOptions: {level: s0}}}] | seLinuxOptions
            """)
    void a_pod_is_refused_for_what_the_node_cannot_do(String spec, String why) {
        assertThat(Unsupported.of(pod(spec), true).orElse("it runs")).contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hostUsers: true
            securityContext: {supplementalGroupsPolicy: Merge}
            securityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}, {name: kernel.shm_rmid_forced, value: '1'}]}
            containers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: IfPossible}]}]
            """)
    void other_pods_run(String spec) {
        assertThat(Unsupported.of(pod(spec), true)).isEmpty();
    }

    private static Pod pod(String spec) {
        return Pod.of(Yaml.read("metadata: {name: p}\nspec:\n  "
                        + spec.replace("\\n", "\n").replace("\n", "\n  ") + "\n")
                .object());
    }
}
