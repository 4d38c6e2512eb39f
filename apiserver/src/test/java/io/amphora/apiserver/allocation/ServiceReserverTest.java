package io.amphora.apiserver.allocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.ApiException;
import io.amphora.apiserver.registry.Reserver.Reservation;
import io.amphora.apiserver.state.ClusterState;
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
