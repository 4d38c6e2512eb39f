package io.amphora.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.schema.Schemas;
import io.amphora.kubelet.plan.Containers;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.Sandbox;
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
            Map.entry("sysctls", "safe ones are told to the runtime, a Pod with others is rejected"),
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
            hostUsers: false                               | does not support user namespaces
            securityContext: {seLinuxOptions: {level: s0}} | seLinuxOptions are not supported
            """)
    void no_sandbox_is_made_for_what_the_node_cannot_do(String spec, String why) {
        assertThat(Unsupported.ofSandbox(pod(spec), true).orElse("it runs")).contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            containers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: Enabled}]}]          | recursive
            ephemeralContainers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: Enabled}]}] | recursive
            initContainers: [{name: c, securityContext: {seLinuxOptions: {level: s0}}}]                            | seLinuxOptions
            ephemeralContainers: [{name: c, securityContext: {seLinuxOptions: {level: s0}}}]                       | seLinuxOptions
            """)
    void no_container_is_started_with_less_than_it_asks_for(String spec, String why) {
        var container = Containers.all(pod(spec)).findFirst().orElseThrow();
        assertThat(Unsupported.ofContainer(container, true).orElse("it runs")).contains(why);
    }

    @Test
    void others_run() {
        var pod = pod("containers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: IfPossible}]}]"
                + "\\nhostUsers: true");
        assertThat(Unsupported.ofSandbox(pod, true)).isEmpty();
        assertThat(Unsupported.ofContainer(pod.spec().containers().getFirst(), true))
                .isEmpty();
    }

    @Test
    void a_sandbox_has_the_profile_of_the_runtime_whatever_its_pod_says() {
        var sandbox = Security.ofSandbox(pod("securityContext: {seccompProfile: {type: Unconfined}}"));
        assertThat(sandbox.seccomp()).contains(new Sandbox.Profile(Sandbox.Profile.Type.RUNTIME_DEFAULT, ""));
    }

    private static Pod pod(String spec) {
        return Pod.of(Yaml.read("metadata: {name: p}\nspec:\n  "
                        + spec.replace("\\n", "\n").replace("\n", "\n  ") + "\n")
                .object());
    }
}
