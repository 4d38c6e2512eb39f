package io.amphora.kubelet.container;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.plan.Qos;
import io.amphora.machinery.tree.Yaml;
import io.amphora.runtime.Sandbox;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodFilesTest {
    private static final Dns.Cluster CLUSTER = new Dns.Cluster(
            List.of("10.96.0.10"),
            "cluster.local",
            Dns.parse("# a comment\nnameserver 192.0.2.1\nsearch example.com\noptions ndots:2 rotate\n"));

    private static final List<String> SEARCHES =
            List.of("shop.svc.cluster.local", "svc.cluster.local", "cluster.local", "example.com");

    record DnsRow(String spec, Sandbox.Dns wanted) {}

    @Test
    void resolvConfFollowsTheDnsPolicy() {
        var cluster = new Sandbox.Dns(List.of("10.96.0.10"), SEARCHES, List.of("ndots:5"));
        var host = new Sandbox.Dns(List.of("192.0.2.1"), List.of("example.com"), List.of("ndots:2", "rotate"));
        for (var row : List.of(
                new DnsRow("{}", cluster),
                new DnsRow("{dnsPolicy: ClusterFirst}", cluster),
                new DnsRow("{dnsPolicy: Default}", host),
                new DnsRow("{hostNetwork: true, dnsPolicy: ClusterFirst}", host),
                new DnsRow("{hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet}", cluster),
                new DnsRow(
                        "{dnsPolicy: None, dnsConfig: {nameservers: [1.2.3.4], searches: [a.b], options: [{name: edns0}]}}",
                        new Sandbox.Dns(List.of("1.2.3.4"), List.of("a.b"), List.of("edns0"))),
                new DnsRow(
                        "{dnsPolicy: Default, dnsConfig: {nameservers: [192.0.2.1, 1.2.3.4], options: [{name: ndots, value: '3'}]}}",
                        new Sandbox.Dns(
                                List.of("192.0.2.1", "1.2.3.4"),
                                List.of("example.com"),
                                List.of("ndots:3", "rotate")))))
            assertThat(Dns.of(pod(row.spec()), CLUSTER)).as(row.spec()).isEqualTo(row.wanted());
    }

    @Test
    void theHostsFileNamesThePodAndItsAliases() {
        var pod = pod("{subdomain: db, hostname: zero, hostAliases: [{ip: 1.2.3.4, hostnames: [a, b]}]}");
        assertThat(HostsFile.of(pod, List.of("10.1.0.7"), "cluster.local", ""))
                .startsWith("# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n")
                .contains("\n10.1.0.7\tzero.db.shop.svc.cluster.local\tzero\n")
                .endsWith("\n# Entries added by HostAliases.\n1.2.3.4\ta\tb\n");
        assertThat(HostsFile.of(pod("{hostNetwork: true}"), List.of(), "cluster.local", "127.0.0.1\tlocalhost\n"))
                .isEqualTo("# Kubernetes-managed hosts file (host network).\n127.0.0.1\tlocalhost\n");
    }

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "containers: [{name: a}] | BEST_EFFORT",
                "containers: [{name: a, resources: {requests: {cpu: 1000m}}}] | BURSTABLE",
                "containers: [{name: a, resources: {limits: {cpu: 1000m, memory: 1Gi}}}] | GUARANTEED",
                "containers: [{name: a, resources: {limits: {cpu: 1000m, memory: 1Gi}, requests: {cpu: 1000m, memory: 1Gi}}}] | GUARANTEED",
                "containers: [{name: a, resources: {limits: {cpu: 1000m, memory: 1Gi}, requests: {cpu: 500m}}}] | BURSTABLE",
                "containers: [{name: a, resources: {limits: {cpu: 1000m, memory: 1Gi}}}, {name: b}] | BURSTABLE",
                "containers: [{name: a, resources: {requests: {example.com/disk: 1k}}}] | BEST_EFFORT",
            })
    void qualityOfService(String spec, Qos wanted) {
        assertThat(Qos.of(pod("{" + spec + "}"))).isEqualTo(wanted);
    }

    @ParameterizedTest(name = "{0} means {1} shares, {2} of quota, {3} bytes, OOM score {4}")
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 2 | 0 | 0 | 1000",
                "requests: {cpu: 250m, memory: 512Mi} | 256 | 0 | 0 | 500",
                "limits: {cpu: 500m, memory: 64Mi} | 512 | 50000 | 67108864 | -997",
                "{requests: {cpu: 1m}, limits: {cpu: 1m}} | 2 | 1000 | 0 | 999",
            })
    void requestsAndLimitsBecomeCgroupValues(String resources, long shares, long quota, long memory, long score) {
        String text = resources.startsWith("{") ? resources : "{" + resources + "}";
        var pod = pod("{containers: [{name: a, resources: " + text + "}]}");
        var values = CgroupValues.of(pod, pod.spec().containers().getFirst(), 1L << 30, false);
        assertThat(List.of(
                        values.cpuShares(), values.cpuQuotaMicros(), values.memoryLimitBytes(), values.oomScoreAdj()))
                .containsExactly(shares, quota, memory, score);
    }

    @Test
    void aNameThatIsTooLongForAHostIsCut() {
        var pod =
                Pod.of(Yaml.read("{metadata: {name: " + "a".repeat(62) + "-b}}").object());
        assertThat(Hostnames.of(pod)).isEqualTo("a".repeat(62));
    }

    private static Pod pod(String spec) {
        return Pod.of(Yaml.read("{metadata: {name: web, namespace: shop, uid: u-1}, spec: " + spec + "}")
                .object());
    }
}
