package io.amphora.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Service;
import io.amphora.controllers.Plans;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubsetsTest {
    /// Recorded from Kubernetes, or computed as it does.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: dns, port: 53, protocol: UDP, appProtocol: example.com/dns}, {name: http, port: 8081} | dns 53, http 8081
            {name: http, port: 8081}, {name: dns, port: 53, protocol: UDP, appProtocol: example.com/dns} | dns 53, http 8081
            {name: a, port: 1}, {name: b, port: 2}, {name: c, port: 3} | b 2, c 3, a 1
            """)
    void ports_are_in_the_order_of_kubernetes(String ports, String order) {
        Subsets subsets = Subsets.of(service(ports), List.of(pod("a", "10.0.0.1", "True", "")));
        var names = subsets.list().items().getFirst().object().list("ports").stream()
                .map(port -> port.object().text("name") + " " + port.object().whole("port"))
                .toList();
        assertThat(String.join(", ", names)).isEqualTo(order);
    }

    /// @param subsets ready addresses, not ready ones, ports
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {name: p, port: 1}, {name: q, port: 2}           | ab        | 10.0.0.1 / 10.0.0.2 / p q
            {name: p, port: 1}, {name: q, targetPort: named} | ab        | 10.0.0.1 /  / q; 10.0.0.1 / 10.0.0.2 / p
            {name: q, targetPort: named}                     | b         | ''
            """)
    void ports_that_the_same_addresses_serve_form_a_subset(String ports, String pods, String subsets) {
        var some = new java.util.ArrayList<Pod>();
        if (pods.contains("a")) some.add(pod("a", "10.0.0.1", "True", "named"));
        if (pods.contains("b")) some.add(pod("b", "10.0.0.2", "False", ""));
        var seen = Subsets.of(service(ports), some).list().stream()
                .map(subset -> ips(subset.object().list("addresses")) + " / "
                        + ips(subset.object().list("notReadyAddresses")) + " / "
                        + String.join(
                                " ",
                                subset.object().list("ports").stream()
                                        .map(port -> port.object().text("name"))
                                        .sorted()
                                        .toList()))
                .sorted()
                .toList();
        assertThat(String.join("; ", seen)).isEqualTo(subsets);
    }

    private static String ips(io.amphora.machinery.tree.ListTree addresses) {
        return String.join(
                " ",
                addresses.stream().map(address -> address.object().text("ip")).toList());
    }

    private static Service service(String ports) {
        return Service.of(Plans.yaml(
                "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: ns}, spec: {clusterIP: 10.96.0.1, ports: ["
                        + ports + "]}}"));
    }

    private static Pod pod(String name, String ip, String ready, String port) {
        String ports = port.isEmpty() ? "" : "{name: " + port + ", containerPort: 7}";
        return Pod.of(Plans.yaml("""
                apiVersion: v1
                kind: Pod
                metadata: {name: %1$s, namespace: ns, uid: %1$s}
                spec: {containers: [{name: c, ports: [%2$s]}]}
                status: {podIP: %3$s, podIPs: [{ip: %3$s}], conditions: [{type: Ready, status: "%4$s"}]}
                """.formatted(name, ports, ip, ready)));
    }
}
