package io.amphora.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Service;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.machinery.tree.Json;
import io.amphora.proxy.Rules.Element;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RulesetTest {
    private static final Ruleset.Place NODE = new Ruleset.Place("node-1");
    private static final List<String> WEB = List.of("web");
    private static final String TWO =
            "{\"addresses\":[\"10.244.1.2\"],\"nodeName\":\"node-1\",\"conditions\":{\"ready\":true}},"
                    + "{\"addresses\":[\"10.244.2.2\"],\"nodeName\":\"node-2\",\"conditions\":{\"ready\":true}}";

    @Test
    void a_cluster_ip_is_spread_over_its_ready_endpoints() {
        Rules rules = rules(service("\"type\":\"ClusterIP\"", ""), TWO);
        assertThat(rules.elements())
                .containsExactly(
                        Map.entry(new Element(Rules.CLUSTER_IPS, "10.96.0.7 . tcp . 80"), "svc-abc-80"),
                        Map.entry(new Element(Rules.HAIRPINS, "10.244.1.2 . 10.244.1.2"), ""));
        assertThat(rules.chains().get("svc-abc-80"))
                .containsExactly(
                        "meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.2 . 8080, 1 : 10.244.2.2 . 8080 }");
    }

    @Test
    void an_endpoint_that_is_not_ready_gets_nothing() {
        String unready = TWO.replaceFirst("\"ready\":true", "\"ready\":false");
        assertThat(rules(service("\"type\":\"ClusterIP\"", ""), unready)
                        .chains()
                        .get("svc-abc-80"))
                .containsExactly("meta l4proto tcp dnat to 10.244.2.2:8080");
    }

    @Test
    void where_none_is_ready_those_that_still_serve_are_used() {
        String leaving = TWO.replace("\"ready\":true", "\"ready\":false,\"serving\":true,\"terminating\":true");
        assertThat(rules(service("\"type\":\"ClusterIP\"", ""), leaving).chains())
                .containsKey("svc-abc-80");
        assertThat(rules(service("\"type\":\"ClusterIP\"", ""), TWO.replace("true", "false"))
                        .chains())
                .isEmpty();
    }

    @Test
    void a_node_port_marks_what_must_come_back_here() {
        Rules rules = rules(service("\"type\":\"NodePort\"", ",\"nodePort\":30080"), TWO);
        assertThat(rules.elements()).containsEntry(new Element(Rules.NODE_PORTS, "tcp . 30080"), "node-abc-80");
        assertThat(rules.chains().get("node-abc-80").getFirst()).isEqualTo("jump mark-for-masquerade");
    }

    @Test
    void a_local_policy_keeps_to_the_nodes_own_endpoints_and_the_clients_address() {
        Rules rules =
                rules(service("\"type\":\"NodePort\",\"externalTrafficPolicy\":\"Local\"", ",\"nodePort\":30080"), TWO);
        assertThat(rules.chains().get("node-abc-80")).containsExactly("meta l4proto tcp dnat to 10.244.1.2:8080");
    }

    @Test
    void client_affinity_remembers_the_endpoint() {
        Rules rules = rules(service("\"type\":\"ClusterIP\",\"sessionAffinity\":\"ClientIP\"", ""), TWO);
        assertThat(rules.affinities()).hasSize(2).containsValue(10800);
        assertThat(rules.chains().get("svc-abc-80")).hasSize(3);
    }

    @Test
    void a_headless_service_has_no_rules() {
        assertThat(rules(service("\"clusterIP\":\"None\"", ""), TWO)).isEqualTo(Rules.NONE);
    }

    @Test
    void a_script_says_only_what_changes_and_a_round_trip_ends_empty() {
        Ruleset before = Ruleset.EMPTY.with("web", rules(service("\"type\":\"ClusterIP\"", ""), TWO));
        Ruleset after = before.with(
                "web", rules(service("\"type\":\"ClusterIP\"", ""), TWO.replace("10.244.2.2", "10.244.2.3")));
        assertThat(NftScript.between(before, before, WEB)).isEmpty();
        assertThat(NftScript.between(before, after, WEB).lines())
                .containsExactly(
                        "flush chain ip amphora-proxy svc-abc-80",
                        "add rule ip amphora-proxy svc-abc-80 meta l4proto tcp dnat ip to numgen random mod 2 map { 0 : 10.244.1.2"
                                + " . 8080, 1 : 10.244.2.3 . 8080 }");
        assertThat(NftScript.between(before, Ruleset.EMPTY, WEB).lines())
                .contains(
                        "delete element ip amphora-proxy cluster-ips { 10.96.0.7 . tcp . 80 }",
                        "delete chain ip amphora-proxy svc-abc-80");
        assertThat(after.with("web", Rules.NONE)).isEqualTo(Ruleset.EMPTY);
    }

    @Test
    void what_two_objects_name_stays_until_neither_does() {
        Rules rules = rules(service("\"type\":\"NodePort\"", ",\"nodePort\":30080"), TWO);
        Ruleset both = Ruleset.EMPTY.with("a", rules).with("b", rules);
        Ruleset one = both.with("a", Rules.NONE);
        assertThat(NftScript.between(both, one, List.of("a"))).doesNotContain("element");
        assertThat(NftScript.between(one, one.with("b", Rules.NONE), List.of("b"))
                        .lines())
                .filteredOn(line -> line.startsWith("delete element"))
                .hasSize(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"service.kubernetes.io/headless", "service.kubernetes.io/service-proxy-name"})
    void a_service_or_slice_that_is_left_to_others_has_no_rules(String label) {
        var service = service("\"type\":\"NodePort\"", ",\"nodePort\":30080");
        var labelled = service.withMetadata(service.metadata().withLabels(Map.of(label, "")));
        assertThat(rules(labelled, TWO)).isEqualTo(Rules.NONE);
        EndpointSlice slice = slice(TWO, "TCP", 8080);
        EndpointSlice left = slice.withMetadata(slice.metadata().withLabels(Map.of(label, "")));
        assertThat(ServiceRules.of(service, List.of(left), NODE).chains()).isEmpty();
    }

    @Test
    void what_has_no_endpoint_outside_the_range_of_services_is_refused_by_name() {
        var service = service("\"type\":\"NodePort\",\"externalIPs\":[\"172.30.77.11\"]", ",\"nodePort\":30080");
        assertThat(rules(service, "").elements())
                .containsOnlyKeys(
                        new Element(Rules.REFUSED_IPS, "172.30.77.11 . tcp . 80"),
                        new Element(Rules.REFUSED_PORTS, "tcp . 30080"));
        assertThat(rules(service, TWO).elements().keySet())
                .extracting(Element::set)
                .doesNotContain(Rules.REFUSED_IPS, Rules.REFUSED_PORTS);
    }

    record Change(String name, String before, int portBefore, String after, int portAfter, List<List<String>> stale) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Change> changes() {
        String one = "{\"addresses\":[\"10.244.1.2\"]}";
        String other = "{\"addresses\":[\"10.244.1.3\"]}";
        var toOne = List.of("--dst-nat", "10.244.1.2", "--reply-port-src", "8080");
        return List.of(
                new Change("nothing changes", one, 8080, one, 8080, List.of()),
                new Change("an endpoint comes beside another", one, 8080, one + "," + other, 8080, List.of()),
                new Change("an endpoint goes", one + "," + other, 8080, other, 8080, List.of(toOne)),
                new Change("the last endpoint goes", one, 8080, "", 8080, List.of(toOne)),
                new Change("the target port changes", one, 8080, one, 8081, List.of(toOne)),
                new Change(
                        "the first endpoint comes",
                        "",
                        8080,
                        one,
                        8080,
                        List.of(
                                List.of("--orig-dst", "10.96.0.7", "--orig-port-dst", "80"),
                                List.of("--orig-port-dst", "30080"))));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void udp_connections_that_a_change_makes_stale_are_forgotten(Change change) {
        var service = udp(service("\"type\":\"NodePort\"", ",\"nodePort\":30080"));
        var before = Ruleset.EMPTY.with(
                "web", ServiceRules.of(service, List.of(slice(change.before, "UDP", change.portBefore)), NODE));
        var after = before.with(
                "web", ServiceRules.of(service, List.of(slice(change.after, "UDP", change.portAfter)), NODE));
        assertThat(StaleUdp.between(before, after, WEB)).isEqualTo(change.stale);
    }

    private static Service udp(Service service) {
        return Service.of(
                Json.read(Json.write(service.tree()).replace("TCP", "UDP")).object());
    }

    record HostPort(String name, String spec, String status, String ip, Map<Element, String> elements) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<HostPort> hostPorts() {
        String container = "\"containers\":[{\"ports\":[{\"containerPort\":8080,\"hostPort\":80%s}]}]";
        return List.of(
                new HostPort(
                        "at every address",
                        container.formatted(""),
                        "Running",
                        "10.244.1.2",
                        Map.of(
                                new Element(Rules.NODE_PORTS, "tcp . 80"),
                                "host-abc-80t",
                                new Element(Rules.HAIRPINS, "10.244.1.2 . 10.244.1.2"),
                                "")),
                new HostPort(
                        "at one address, by UDP",
                        container.formatted(",\"hostIP\":\"172.30.77.11\",\"protocol\":\"UDP\""),
                        "Running",
                        "10.244.1.2",
                        Map.of(
                                new Element(Rules.CLUSTER_IPS, "172.30.77.11 . udp . 80"),
                                "host-abc-80u-172-30-77-11",
                                new Element(Rules.HAIRPINS, "10.244.1.2 . 10.244.1.2"),
                                "",
                                new Element(Rules.UDP_TARGETS, "10.244.1.2 . udp . 8080"),
                                "")),
                new HostPort(
                        "the node's own network",
                        "\"hostNetwork\":true," + container.formatted(""),
                        "Running",
                        "172.30.77.11",
                        Map.of()),
                new HostPort("no address yet", container.formatted(""), "Pending", "", Map.of()),
                new HostPort("ended", container.formatted(""), "Succeeded", "10.244.1.2", Map.of()));
    }

    @ParameterizedTest
    @MethodSource("hostPorts")
    void a_host_port_leads_to_the_container(HostPort host) {
        Pod pod = Pod.of(Json.read("{\"metadata\":{\"name\":\"p\",\"namespace\":\"default\",\"uid\":\"abc\"},\"spec\":{"
                        + host.spec() + "},\"status\":{\"phase\":\"" + host.status() + "\",\"podIP\":\"" + host.ip()
                        + "\"}}")
                .object());
        assertThat(HostPortRules.of(pod).elements()).isEqualTo(host.elements());
    }

    private static Rules rules(Service service, String endpoints) {
        return ServiceRules.of(service, List.of(slice(endpoints, "TCP", 8080)), NODE);
    }

    private static EndpointSlice slice(String endpoints, String protocol, int port) {
        return EndpointSlice.of(Json.read("{\"addressType\":\"IPv4\",\"ports\":[{\"name\":\"http\",\"port\":" + port
                        + ",\"protocol\":\"" + protocol + "\"}],\"endpoints\":[" + endpoints + "]}")
                .object());
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
