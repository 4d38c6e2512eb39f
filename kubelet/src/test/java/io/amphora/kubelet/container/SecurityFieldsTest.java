package io.amphora.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.schema.Schemas;
import io.amphora.kubelet.admission.Host;
import io.amphora.kubelet.plan.Containers;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.Sandbox;
import java.util.HashSet;
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
    private static final String ADMISSION = "a Pod is not taken where the node does not have it (PodAdmissionTest)";
    private static final String API = "the API server's, the scheduler's or a controller's";
    private static final String KUBELET = "done by the kubelet";
    private static final String OTHERS = "for Windows; nothing to do here, as with Kubernetes";

    private static final Map<String, String> OF_CONTAINERS = Map.ofEntries(
            Map.entry("allowPrivilegeEscalation", RUNTIME),
            Map.entry("appArmorProfile", "told to the runtime where the kernel enforces it, else refused"),
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
            Map.entry("appArmorProfile", "told to the runtime where the kernel enforces it, else refused"),
            Map.entry("fsGroup", KUBELET),
            Map.entry("fsGroupChangePolicy", "volumes that lie on the node are never given to a group as a whole"),
            Map.entry("runAsGroup", RUNTIME),
            Map.entry("runAsNonRoot", KUBELET),
            Map.entry("runAsUser", RUNTIME),
            Map.entry("seLinuxChangePolicy", "says how seLinuxOptions are applied, which are refused"),
            Map.entry("seLinuxOptions", REFUSED),
            Map.entry("seccompProfile", RUNTIME),
            Map.entry("supplementalGroups", RUNTIME),
            Map.entry("supplementalGroupsPolicy", ADMISSION),
            Map.entry("sysctls", "safe ones are told to the runtime, a Pod with others is rejected"),
            Map.entry("windowsOptions", OTHERS));

    private static final Map<String, String> OF_SPECS = Map.ofEntries(
            Map.entry("activeDeadlineSeconds", KUBELET),
            Map.entry("affinity", ADMISSION),
            Map.entry("automountServiceAccountToken", API),
            Map.entry("containers", KUBELET),
            Map.entry("dnsConfig", KUBELET),
            Map.entry("dnsPolicy", KUBELET),
            Map.entry("enableServiceLinks", KUBELET),
            Map.entry("ephemeralContainers", KUBELET),
            Map.entry("hostAliases", KUBELET),
            Map.entry("hostIPC", KUBELET),
            Map.entry("hostNetwork", KUBELET),
            Map.entry("hostPID", KUBELET),
            Map.entry("hostUsers", REFUSED),
            Map.entry("hostname", KUBELET),
            Map.entry("hostnameOverride", KUBELET),
            Map.entry("imagePullSecrets", KUBELET),
            Map.entry("initContainers", KUBELET),
            Map.entry("nodeName", API),
            Map.entry("nodeSelector", ADMISSION),
            Map.entry("os", ADMISSION),
            Map.entry("overhead", KUBELET),
            Map.entry("preemptionPolicy", API),
            Map.entry("priority", KUBELET),
            Map.entry("priorityClassName", KUBELET),
            Map.entry("readinessGates", KUBELET),
            Map.entry("resourceClaims", REFUSED),
            Map.entry("resources", KUBELET),
            Map.entry("restartPolicy", KUBELET),
            Map.entry("runtimeClassName", KUBELET),
            Map.entry("schedulerName", API),
            Map.entry("schedulingGates", API),
            Map.entry("schedulingGroup", API),
            Map.entry("securityContext", KUBELET),
            Map.entry("serviceAccount", API),
            Map.entry("serviceAccountName", KUBELET),
            Map.entry("setHostnameAsFQDN", KUBELET),
            Map.entry("shareProcessNamespace", KUBELET),
            Map.entry("subdomain", KUBELET),
            Map.entry("terminationGracePeriodSeconds", KUBELET),
            Map.entry("tolerations", ADMISSION),
            Map.entry("topologySpreadConstraints", API),
            Map.entry("volumes", KUBELET));

    private static final Map<String, String> OF_EACH_CONTAINER = Map.ofEntries(
            Map.entry("args", RUNTIME),
            Map.entry("command", RUNTIME),
            Map.entry("env", KUBELET),
            Map.entry("envFrom", KUBELET),
            Map.entry("image", RUNTIME),
            Map.entry("imagePullPolicy", KUBELET),
            Map.entry("lifecycle", KUBELET),
            Map.entry("livenessProbe", KUBELET),
            Map.entry("name", KUBELET),
            Map.entry("ports", "host ports: by the proxy, and by admission"),
            Map.entry("readinessProbe", KUBELET),
            Map.entry("resizePolicy", "says what an in-place resize does, which is not done"),
            Map.entry("resources", KUBELET),
            Map.entry("restartPolicy", KUBELET),
            Map.entry("restartPolicyRules", KUBELET),
            Map.entry("securityContext", "see OF_CONTAINERS"),
            Map.entry("startupProbe", KUBELET),
            Map.entry("stdin", RUNTIME),
            Map.entry("stdinOnce", RUNTIME),
            Map.entry("terminationMessagePath", KUBELET),
            Map.entry("terminationMessagePolicy", KUBELET),
            Map.entry("tty", RUNTIME),
            Map.entry("volumeDevices", REFUSED),
            Map.entry("volumeMounts", "see OF_MOUNTS"),
            Map.entry("workingDir", RUNTIME));

    private static final Map<String, String> OF_MOUNTS = Map.ofEntries(
            Map.entry("mountPath", RUNTIME),
            Map.entry("mountPropagation", RUNTIME),
            Map.entry("name", RUNTIME),
            Map.entry("readOnly", RUNTIME),
            Map.entry("recursiveReadOnly", REFUSED),
            Map.entry("subPath", KUBELET),
            Map.entry("subPathExpr", KUBELET));

    private static final Host HOST = new Host(false, true);

    @Test
    void somebody_has_decided_about_each_field() {
        assertThat(OF_CONTAINERS.keySet())
                .isEqualTo(Schemas.byName(CORE + "SecurityContext").fields().keySet());
        assertThat(OF_PODS.keySet())
                .isEqualTo(Schemas.byName(CORE + "PodSecurityContext").fields().keySet());
        assertThat(OF_SPECS.keySet())
                .isEqualTo(Schemas.byName(CORE + "PodSpec").fields().keySet());
        assertThat(OF_EACH_CONTAINER.keySet())
                .isEqualTo(Schemas.byName(CORE + "Container").fields().keySet());
        assertThat(OF_MOUNTS.keySet())
                .isEqualTo(Schemas.byName(CORE + "VolumeMount").fields().keySet());
    }

    @Test
    void an_ephemeral_container_has_the_fields_of_any_other_and_a_target() {
        var fields = new HashSet<>(
                Schemas.byName(CORE + "EphemeralContainer").fields().keySet());
        assertThat(fields.remove("targetContainerName")).isTrue();
        assertThat(fields).isEqualTo(OF_EACH_CONTAINER.keySet());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            hostUsers: false                               | does not support user namespaces
            securityContext: {seLinuxOptions: {level: s0}} | seLinuxOptions are not supported
            resourceClaims: [{name: gpu}]                  | resource claims are not supported
            """)
    void no_sandbox_is_made_for_what_the_node_cannot_do(String spec, String why) {
        assertThat(Unsupported.ofSandbox(pod(spec), HOST).orElse("it runs")).contains(why);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            containers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: Enabled}]}]          | recursive
            ephemeralContainers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: Enabled}]}] | recursive
            initContainers: [{name: c, securityContext: {seLinuxOptions: {level: s0}}}]                            | seLinuxOptions
            ephemeralContainers: [{name: c, securityContext: {seLinuxOptions: {level: s0}}}]                       | seLinuxOptions
            containers: [{name: c, volumeDevices: [{name: v, devicePath: /dev/v}]}]                                | block volumes
            ephemeralContainers: [{name: c, securityContext: {appArmorProfile: {type: RuntimeDefault}}}]           | AppArmor is not enabled
            """)
    void no_container_is_started_with_less_than_it_asks_for(String spec, String why) {
        var container = Containers.all(pod(spec)).findFirst().orElseThrow();
        assertThat(Unsupported.ofContainer(container, HOST).orElse("it runs")).contains(why);
    }

    @Test
    void others_run() {
        var pod = pod("containers: [{name: c, volumeMounts: [{name: v, mountPath: /v, recursiveReadOnly: IfPossible}]}]"
                + "\\nhostUsers: true");
        assertThat(Unsupported.ofSandbox(pod, HOST)).isEmpty();
        assertThat(Unsupported.ofContainer(pod.spec().containers().getFirst(), HOST))
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
