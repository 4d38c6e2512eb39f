package io.amphora.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Service;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.machinery.tree.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RulesetTest {
    private static final Ruleset.Place NODE = new Ruleset.Place("node-1");
    private static final String TWO =
            "{\"addresses\":[\"10.244.1.2\"],\"nodeName\":\"node-1\",\"conditions\":{\"ready\":true}},"
                    + "{\"addresses\":[\"10.244.2.2\"],\"nodeName\":\"node-2\",\"conditions\":{\"ready\":true}}";

    @Test
    void a_cluster_ip_is_spread_over_its_ready_endpoints() {
        Ruleset rules = ruleset(service("\"type\":\"ClusterIP\"", ""), TWO);
        assertThat(rules.clusterIps()).containsExactly(Map.entry("10.96.0.7 . tcp . 80", "svc-abc-80"));
        assertThat(rules.chains().get("svc-abc-80"))
                .containsExactly(
                        "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.2 . 8080, 1 : 10.244.2.2 . 8080 }");
        assertThat(rules.nodePorts()).isEmpty();
        assertThat(rules.hairpins()).containsExactly("10.244.1.2 . 10.244.1.2");
    }

    @Test
    void an_endpoint_that_is_not_ready_gets_nothing() {
        String unready = TWO.replaceFirst("\"ready\":true", "\"ready\":false");
        assertThat(ruleset(service("\"type\":\"ClusterIP\"", ""), unready)
                        .chains()
                        .get("svc-abc-80"))
                .containsExactly("meta l4proto tcp dnat to 10.244.2.2:8080");
    }

    @Test
    void where_none_is_ready_those_that_still_serve_are_used() {
        String leaving = TWO.replace("\"ready\":true", "\"ready\":false,\"serving\":true,\"terminating\":true");
        assertThat(ruleset(service("\"type\":\"ClusterIP\"", ""), leaving).chains())
                .containsKey("svc-abc-80");
        assertThat(ruleset(service("\"type\":\"ClusterIP\"", ""), TWO.replace("true", "false"))
                        .chains())
                .isEmpty();
    }

    @Test
    void a_node_port_marks_what_must_come_back_here() {
        Ruleset rules = ruleset(service("\"type\":\"NodePort\"", ",\"nodePort\":30080"), TWO);
        assertThat(rules.nodePorts()).containsExactly(Map.entry("tcp . 30080", "node-abc-80"));
        assertThat(rules.chains().get("node-abc-80").getFirst()).isEqualTo("jump mark-for-masquerade");
    }

    @Test
    void a_local_policy_keeps_to_the_nodes_own_endpoints_and_the_clients_address() {
        Ruleset rules = ruleset(
                service("\"type\":\"NodePort\",\"externalTrafficPolicy\":\"Local\"", ",\"nodePort\":30080"), TWO);
        assertThat(rules.chains().get("node-abc-80")).containsExactly("meta l4proto tcp dnat to 10.244.1.2:8080");
    }

    @Test
    void client_affinity_remembers_the_endpoint() {
        Ruleset rules = ruleset(service("\"type\":\"ClusterIP\",\"sessionAffinity\":\"ClientIP\"", ""), TWO);
        assertThat(rules.affinities()).hasSize(2).containsValue(10800);
        assertThat(rules.chains().get("svc-abc-80")).hasSize(3);
    }

    @Test
    void a_headless_service_has_no_rules() {
        assertThat(ruleset(service("\"clusterIP\":\"None\"", ""), TWO)).isEqualTo(Ruleset.EMPTY);
    }

    @Test
    void a_script_says_only_what_changes_and_a_round_trip_ends_empty() {
        Ruleset before = ruleset(service("\"type\":\"ClusterIP\"", ""), TWO);
        Ruleset after = ruleset(service("\"type\":\"ClusterIP\"", ""), TWO.replace("10.244.2.2", "10.244.2.3"));
        assertThat(NftScript.between(before, before)).isEmpty();
        assertThat(NftScript.between(before, after).lines())
                .containsExactly(
                        "flush chain ip amphora-proxy svc-abc-80",
                        "add rule ip amphora-proxy svc-abc-80 meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.2"
                                + " . 8080, 1 : 10.244.2.3 . 8080 }");
        assertThat(NftScript.between(before, Ruleset.EMPTY).lines())
                .contains(
                        "delete element ip amphora-proxy cluster-ips { 10.96.0.7 . tcp . 80 }",
                        "delete chain ip amphora-proxy svc-abc-80");
    }

    private static Ruleset ruleset(Service service, String endpoints) {
        EndpointSlice slice = EndpointSlice.of(Json.read(
                        "{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"http\",\"port\":8080,\"protocol\":\"TCP\"}],\"endpoints\":["
                                + endpoints + "]}")
                .object());
        return Ruleset.of(List.of(service), Map.of("default/web", List.of(slice)), NODE);
    }

    private static Service service(String spec, String port) {
        String address = spec.contains("clusterIP") ? "" : ",\"clusterIP\":\"10.96.0.7\"";
        return Service.of(
                Json.read("{\"metadata\":{\"name\":\"web\",\"namespace\":\"default\",\"uid\":\"abc\"},\"spec\":{" + spec
                                + address + ",\"ports\":[{\"name\":\"http\",\"port\":80,\"protocol\":\"TCP\"" + port
                                + "}]}}")
                        .object());
    }
}
