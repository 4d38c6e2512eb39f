package io.amphora.apiserver.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Services;
import io.amphora.api.networking.v1.IPAddresses;
import io.amphora.api.networking.v1.ServiceCIDRs;
import io.amphora.apiserver.registry.Reserver.Reservation;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Key;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Window;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import io.amphora.store.MemoryStore;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServiceReserverTest {
    private final Snapshot empty = new ClusterState(new MemoryStore(), Clock.system(), Window.USUAL).now();
    private final ServiceReserver reserver =
            new ServiceReserver(empty, "10.96.0.0/28", 30_000, 30_003, Randomness.seeded(1));

    @Test
    void every_service_has_an_address_of_its_own_until_there_is_none_left() {
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 14; i++) given.add(address(reserve("{type: ClusterIP}")));
        assertThat(given).hasSize(14).doesNotContain("10.96.0.0", "10.96.0.15");
        assertThatThrownBy(() -> reserve("{type: ClusterIP}")).hasMessageContaining("range is full");
    }

    @Test
    void an_address_may_be_asked_for_once() {
        reserve("{type: ClusterIP, clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7]}");
        assertThatThrownBy(() -> reserve("{type: ClusterIP, clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7]}"))
                .isInstanceOf(ApiException.class)
                .hasMessage("Service \"s\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.0.7\"]: "
                        + "failed to allocate IP 10.96.0.7: provided IP is already allocated");
    }

    @Test
    void what_was_not_stored_and_what_is_deleted_is_free_again() {
        String wanted = "{type: ClusterIP, clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7]}";
        reserve(wanted).undo().run();
        Reservation again = reserve(wanted);
        reserver.released(again.object());
        assertThat(address(reserve(wanted))).isEqualTo("10.96.0.7");
    }

    @Test
    void a_dry_run_takes_nothing() {
        for (int i = 0; i < 50; i++) reserver.reserve(empty, Optional.empty(), service("{type: ClusterIP}"), true);
        assertThat(address(reserve("{type: ClusterIP}"))).startsWith("10.96.0.");
    }

    @Test
    void ports_of_two_protocols_share_a_number_and_others_have_their_own() {
        ObjectTree service = reserve("{type: NodePort, ports: [{port: 53, protocol: TCP, name: a},"
                        + " {port: 53, protocol: UDP, name: b}, {port: 80, protocol: TCP, name: c}]}")
                .object();
        var ports = service.object("spec").list("ports");
        long first = ports.get(0).object().whole("nodePort");
        assertThat(first).isBetween(30_000L, 30_003L);
        assertThat(ports.get(1).object().whole("nodePort")).isEqualTo(first);
        assertThat(ports.get(2).object().whole("nodePort")).isNotEqualTo(first);
    }

    @Test
    void a_service_that_needs_no_ports_any_more_gives_them_back_when_it_is_stored() {
        ObjectTree before = reserve("{type: NodePort, ports: [{port: 80, protocol: TCP, nodePort: 30001}]}")
                .object();
        ObjectTree spec = before.object("spec");
        ObjectTree after = before.with(
                "spec",
                spec.with("type", "ClusterIP")
                        .with("ports", spec.list("ports").map(p -> p.object().without("nodePort"))));
        Reservation change = reserver.reserve(empty, Optional.of(before), after, false);
        String same = "{type: NodePort, ports: [{port: 80, protocol: TCP, nodePort: 30001}]}";
        assertThatThrownBy(() -> reserve(same)).hasMessageContaining("provided port is already allocated");
        change.done().run();
        assertThat(reserve(same).object()).isNotNull();
    }

    @Test
    void a_headless_service_has_no_address_and_one_of_an_external_name_no_family() {
        ObjectTree headless = reserve("{type: ClusterIP, clusterIP: None, clusterIPs: [None], selector: {a: b}}")
                .object();
        assertThat(headless.object("spec").text("clusterIP")).isEqualTo("None");
        assertThat(headless.object("spec").text("ipFamilyPolicy")).isEqualTo("SingleStack");
        ObjectTree external =
                reserve("{type: ExternalName, externalName: example.com}").object();
        assertThat(external.object("spec").has("ipFamilies")).isFalse();
    }

    /// @param asked an address that a Service asks for
    /// @param message "" when it gets it
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            of a further range                    | True    |        | 10.97.0.5  | ''
            of one that is not ready              | False   |        | 10.97.0.5  | the provided network does not match the current range
            of one that is going                  | True    | going  | 10.97.0.5  | the provided network does not match the current range
            outside of all                        | True    |        | 10.98.0.5  | the provided network does not match the current range
            that somebody has written down        | True    | hand   | 10.97.0.5  | provided IP is already allocated
            that the allocator has written down   | True    | ours   | 10.97.0.5  | ''
            """)
    void an_address_may_be_asked_for(String says, String ready, String how, String asked, String message) {
        Snapshot cluster = with(ready, how == null ? "" : how);
        String spec = "{type: ClusterIP, clusterIP: " + asked + ", clusterIPs: [" + asked + "]}";
        if (message.isEmpty())
            assertThat(address(reserve(cluster, spec))).as(says).isEqualTo(asked);
        else assertThatThrownBy(() -> reserve(cluster, spec)).as(says).hasMessageContaining(message);
    }

    @Test
    void when_the_first_range_is_full_another_is_allocated_from() {
        Snapshot cluster = with("True", "");
        Set<String> given = new HashSet<>();
        for (int i = 0; i < 28; i++) given.add(address(reserve(cluster, "{type: ClusterIP}")));
        assertThat(given).hasSize(28).contains("10.97.0.1", "10.97.0.14");
        assertThatThrownBy(() -> reserve(cluster, "{type: ClusterIP}")).hasMessageContaining("range is full");
    }

    @Test
    void an_address_in_two_ranges_is_given_once_and_one_of_a_range_that_is_gone_stays_taken() {
        ClusterState state = state("True", "10.96.0.0/24");
        Snapshot wider = state.now();
        Reservation first = reserve(wider, "{type: ClusterIP, clusterIP: 10.96.0.200, clusterIPs: [10.96.0.200]}");
        reserve("{type: ClusterIP, clusterIP: 10.96.0.3, clusterIPs: [10.96.0.3]}");
        assertThatThrownBy(() -> reserve(wider, "{type: ClusterIP, clusterIP: 10.96.0.3, clusterIPs: [10.96.0.3]}"))
                .hasMessageContaining("already allocated");
        var restarted = new ServiceReserver(with(first.object()), "10.96.0.0/28", 30_000, 30_003, Randomness.seeded(1));
        assertThatThrownBy(() -> restarted.reserve(
                        wider,
                        Optional.empty(),
                        service("{type: ClusterIP, clusterIP: 10.96.0.200, clusterIPs: [10.96.0.200]}"),
                        false))
                .hasMessageContaining("already allocated");
    }

    private static Snapshot with(ObjectTree service) {
        var state = new ClusterState(new MemoryStore(), Clock.system(), Window.USUAL);
        assertThat(state.create(Key.of(Services.DEFINITION, "n", "s"), service)).isPresent();
        return state.now();
    }

    private static Snapshot with(String ready, String how) {
        ClusterState state = state(ready, "10.97.0.0/28");
        if (how.equals("going")) state = state(ready, "10.97.0.0/28", ", deletionTimestamp: \"2026-01-01T00:00:00Z\"");
        String labels = how.equals("ours") ? "{ipaddress.kubernetes.io/managed-by: ipallocator.k8s.io}" : "{}";
        if (how.equals("hand") || how.equals("ours"))
            assertThat(state.create(
                            Key.of(IPAddresses.DEFINITION, "", "10.97.0.5"),
                            Yaml.read("{metadata: {name: 10.97.0.5, labels: " + labels
                                            + "}, spec: {parentRef: {resource: services, name: x, namespace: y}}}")
                                    .object()))
                    .isPresent();
        return state.now();
    }

    private static ClusterState state(String ready, String cidr) {
        return state(ready, cidr, "");
    }

    private static ClusterState state(String ready, String cidr, String metadata) {
        var state = new ClusterState(new MemoryStore(), Clock.system(), Window.USUAL);
        assertThat(state.create(
                        Key.of(ServiceCIDRs.DEFINITION, "", "more"),
                        Yaml.read("{metadata: {name: more" + metadata + "}, spec: {cidrs: [\"2001:db8::/64\", " + cidr
                                        + "]}, status: {conditions: [{type: Ready, status: \"" + ready + "\"}]}}")
                                .object()))
                .isPresent();
        return state;
    }

    private Reservation reserve(Snapshot cluster, String spec) {
        return reserver.reserve(cluster, Optional.empty(), service(spec), false);
    }

    private Reservation reserve(String spec) {
        return reserver.reserve(empty, Optional.empty(), service(spec), false);
    }

    private static ObjectTree service(String spec) {
        return Yaml.read("{apiVersion: v1, kind: Service, metadata: {name: s, namespace: n}, spec: " + spec + "}")
                .object();
    }

    private static String address(Reservation reservation) {
        return reservation.object().object("spec").text("clusterIP");
    }
}
