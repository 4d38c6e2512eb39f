package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.kubectl.Flags;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterNetworkTest {
    @TempDir
    Path folder;

    private ClusterNetwork network(String flags) {
        var arguments = flags.isEmpty() ? List.<String>of() : List.of(flags.split(" "));
        return ClusterNetwork.of(
                Flags.parse("server", arguments, ClusterNetwork.flags(new Flags.Known())), folder.resolve("network"));
    }

    @Test
    void by_default_there_is_room_for_a_thousand_nodes() {
        assertThat(network("").podCidr()).isEqualTo("10.244.0.0/14");
        assertThat(network("").nodeMask()).isEqualTo(24);
    }

    @Test
    void the_server_and_the_dns_have_the_first_and_the_tenth_address() {
        var network = network("--service-cluster-ip-range 10.32.1.0/24");
        assertThat(network.serverAddress()).isEqualTo("10.32.1.1");
        assertThat(network.dnsAddress()).isEqualTo("10.32.1.10");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            --cluster-cidr here                                    | --cluster-cidr takes a range of IPv4 addresses such as 10.96.0.0/16, not here
            --cluster-cidr fd00::/48                               | --cluster-cidr takes a range of IPv4 addresses such as 10.96.0.0/16, not fd00::/48
            --cluster-cidr 10.1.2.3/16                             | --cluster-cidr: 10.1.2.3/16 is an address in a range: did you mean 10.1.0.0/16?
            --service-cluster-ip-range 10.0.0.0/8                  | --service-cluster-ip-range takes a range of /12 to /28, not 10.0.0.0/8
            --cluster-cidr 10.0.0.0/30                             | --cluster-cidr takes a range of /8 to /28, not 10.0.0.0/30
            --cluster-cidr 10.0.0.0/8 --node-cidr-mask-size 24     | --cluster-cidr 10.0.0.0/8 overlaps --service-cluster-ip-range 10.96.0.0/16
            --cluster-cidr 10.5.0.0/16 --node-cidr-mask-size 12    | --node-cidr-mask-size takes 16 (the length of 10.5.0.0/16) to 28, not 12
            --cluster-cidr 11.0.0.0/8 --node-cidr-mask-size 28     | --node-cidr-mask-size takes at most 24 for 11.0.0.0/8, not 28
            --service-cluster-ip-range 172.30.0.0/16               | --service-cluster-ip-range 172.30.0.0/16 overlaps the nodes' network 172.30.77.0/24
            --service-cluster-ip-range 127.0.0.0/16                | --service-cluster-ip-range 127.0.0.0/16 overlaps 127.0.0.0/8
            """)
    void what_cannot_be_is_refused_in_words(String flags, String why) {
        assertThatThrownBy(() -> network(flags)).isInstanceOf(UserError.class).hasMessage(why);
    }

    @Test
    void a_cluster_keeps_its_ranges() {
        var network =
                network("--cluster-cidr 10.8.0.0/16 --node-cidr-mask-size 25 --service-cluster-ip-range 10.9.0.0/20");
        network.write(folder.resolve("network"));
        assertThat(network("")).isEqualTo(network);
        assertThat(network("--cluster-cidr 10.8.0.0/16")).isEqualTo(network);
        assertThatThrownBy(() -> network("--cluster-cidr 10.7.0.0/16"))
                .hasMessage("this cluster was started with --cluster-cidr 10.8.0.0/16 --node-cidr-mask-size 25"
                        + " --service-cluster-ip-range 10.9.0.0/20, and its ranges can't be changed");
    }
}
