package io.amphora.kubelet.admission;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Pod;
import io.amphora.machinery.tree.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a node with 2 cpu and 1Gi says to a Pod that somebody bound to it, beside one that takes 1 cpu and port 80.
class PodAdmissionTest {
    private static final Node NODE = Node.of(Yaml.read("""
            metadata: {name: n, labels: {kubernetes.io/os: linux, disk: ssd}}
            spec: {taints: [{key: gone, effect: NoExecute}, {key: full, effect: NoSchedule}]}
            status: {allocatable: {cpu: '2', memory: 1Gi, pods: '2', ephemeral-storage: 1Gi, example.org/gpu: '1'}}
            """).object());
    private static final Pod OTHER = pod(
            "containers: [{name: c, resources: {requests: {cpu: '1'}}, ports: [{containerPort: 80, hostPort: 80}]}]");
    private static final String TOLERANT = "tolerations: [{key: gone, operator: Exists}]\\n";

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            containers: [{name: c, resources: {requests: {cpu: 1500m}}}] | OutOfcpu | Node didn't have enough resource: cpu, requested: 1500, used: 1000, capacity: 2000
            containers: [{name: c, resources: {requests: {memory: 2Gi}}}] | OutOfmemory | Node didn't have enough resource: memory, requested: 2147483648, used: 0, capacity: 1073741824
            containers: [{name: c, resources: {requests: {ephemeral-storage: 2Gi}}}] | OutOfephemeral-storage | Node didn't have enough resource: ephemeral-storage, requested: 2147483648, used: 0, capacity: 1073741824
            containers: [{name: c, resources: {requests: {example.org/gpu: '2'}}}] | OutOfexample.org/gpu | Node didn't have enough resource: example.org/gpu, requested: 2, used: 0, capacity: 1
            nodeSelector: {disk: hdd} | NodeAffinity | Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector
            containers: [{name: c, ports: [{containerPort: 1, hostPort: 80}]}] | NodePorts | Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports
            containers: [{name: c}] | TaintToleration | Predicate TaintToleration failed: node(s) had taints that the pod didn't tolerate
            nodeSelector: {kubernetes.io/os: windows} | PodOSSelectorNodeLabelDoesNotMatch | Failed to admit pod as the `kubernetes.io/os` label doesn't match node label
            os: {name: windows} | PodOSNotSupported | Failed to admit pod as the OS field doesn't match node OS
            securityContext: {supplementalGroupsPolicy: Strict} | SupplementalGroupsPolicyNotSupported | SupplementalGroupsPolicy=Strict is not supported in this node
            TOLERANTsecurityContext: {sysctls: [{name: kernel.msgmax, value: '1'}]} | SysctlForbidden | forbidden sysctl: "kernel.msgmax" not allowlisted
            TOLERANTsecurityContext: {sysctls: [{name: kernel/msgmax, value: '1'}]} | SysctlForbidden | forbidden sysctl: "kernel.msgmax" not allowlisted
            TOLERANThostNetwork: true\\nsecurityContext: {sysctls: [{name: net.ipv4.tcp_rmem, value: '1'}]} | SysctlForbidden | forbidden sysctl: "net.ipv4.tcp_rmem" not allowed with host net enabled
            TOLERANThostIPC: true\\nsecurityContext: {sysctls: [{name: kernel.shm_rmid_forced, value: '1'}]} | SysctlForbidden | forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host ipc enabled
            TOLERANTsecurityContext: {appArmorProfile: {type: RuntimeDefault}} | AppArmor | Cannot enforce AppArmor: AppArmor is not enabled on the host
            TOLERANTephemeralContainers: [{name: e, securityContext: {appArmorProfile: {type: Localhost, localhostProfile: p}}}] | AppArmor | Cannot enforce AppArmor: AppArmor is not enabled on the host
            """)
    void a_pod_is_rejected(String spec, String reason, String message) {
        assertThat(PodAdmission.judge(pod(spec), NODE, List.of(OTHER), new Host(false)))
                .contains(new Rejection(reason, message));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            TOLERANTcontainers: [{name: c, resources: {requests: {cpu: '1', memory: 1Gi}}}]
            TOLERANTnodeSelector: {disk: ssd, kubernetes.io/os: linux}\\nos: {name: linux}
            TOLERANTcontainers: [{name: c, ports: [{containerPort: 80, hostPort: 80, protocol: UDP}]}]
            TOLERANTcontainers: [{name: c, resources: {requests: {example.org/unheard-of: '2'}}}]
            TOLERANTsecurityContext: {sysctls: [{name: net/ipv4/tcp_rmem, value: '1'}, {name: kernel.shm_rmid_forced, value: '1'}]}
            TOLERANTsecurityContext: {supplementalGroupsPolicy: Merge, appArmorProfile: {type: Unconfined}}
            """)
    void another_is_taken(String spec) {
        assertThat(PodAdmission.judge(pod(spec), NODE, List.of(OTHER), new Host(false)))
                .isEmpty();
    }

    @Test
    void no_more_pods_are_taken_than_the_node_has_room_for() {
        assertThat(PodAdmission.judge(pod(TOLERANT), NODE, List.of(pod(""), pod("")), new Host(false)))
                .contains(new Rejection(
                        "OutOfpods", "Node didn't have enough resource: pods, requested: 1, used: 2, capacity: 2"));
    }

    @Test
    void profiles_of_app_armor_are_taken_where_the_kernel_has_it() {
        var pod = pod(TOLERANT + "securityContext: {appArmorProfile: {type: RuntimeDefault}}");
        assertThat(PodAdmission.judge(pod, NODE, List.of(), new Host(true))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "net.ipv4.tcp_rmem, net.ipv4.tcp_rmem",
        "net/ipv4/tcp_rmem, net.ipv4.tcp_rmem",
        "net/ipv4/conf/eth0.1/forwarding, net.ipv4.conf.eth0/1.forwarding",
        "net.ipv4.conf.eth0/1.forwarding, net.ipv4.conf.eth0/1.forwarding",
        "plain, plain"
    })
    void the_first_separator_says_how_a_sysctl_is_written(String written, String name) {
        assertThat(Sysctls.name(written)).isEqualTo(name);
    }

    private static Pod pod(String spec) {
        String text = spec.replace("TOLERANT", TOLERANT).replace("\\n", "\n").replace("\n", "\n  ");
        return Pod.of(Yaml.read("metadata: {name: p}\nspec:\n  restartPolicy: Always\n  " + text + "\n")
                .object());
    }
}
