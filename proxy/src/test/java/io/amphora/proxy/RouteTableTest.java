package io.amphora.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

final class RouteTableTest {
    @Test
    void what_the_kernel_says_is_understood() {
        assertThat(RouteTable.parsed(
                        "10.244.1.0/24 via 172.30.77.2 dev eth0 \n10.9.0.1 via 172.30.77.3 dev eth0 linkdown\n"))
                .isEqualTo(Map.of("10.244.1.0/24", "172.30.77.2", "10.9.0.1/32", "172.30.77.3"));
        assertThat(RouteTable.parsed("")).isEmpty();
    }

    @Test
    void only_what_differs_is_changed() {
        var before = Map.of("10.244.1.0/24", "172.30.77.2", "10.244.2.0/24", "172.30.77.3");
        assertThat(RouteTable.commands(before, before)).isEmpty();
        assertThat(RouteTable.commands(before, Map.of("10.244.1.0/24", "172.30.77.9")))
                .isEqualTo("route del 10.244.2.0/24 via 172.30.77.3 protocol 171\n"
                        + "route replace 10.244.1.0/24 via 172.30.77.9 protocol 171\n");
        assertThat(RouteTable.commands(Map.of(), Map.of("10.244.1.0/24", "172.30.77.2")))
                .isEqualTo("route replace 10.244.1.0/24 via 172.30.77.2 protocol 171\n");
    }
}
