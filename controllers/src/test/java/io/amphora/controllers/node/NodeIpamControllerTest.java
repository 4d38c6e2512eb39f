package io.amphora.controllers.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Namespace;
import io.amphora.api.core.v1.Node;
import io.amphora.api.core.v1.Nodes;
import io.amphora.controllers.Action;
import io.amphora.controllers.Plans;
import io.amphora.controllers.Seen;
import io.amphora.machinery.net.Cidr;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeIpamControllerTest {
    private static final Namespace PLACE =
            Namespace.of(Plans.yaml("{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}"));

    /// `-` is a node that has no range yet.
    @ParameterizedTest(name = "{0} /{1}, nodes {2}: {3}")
    @CsvSource(delimiter = '|', textBlock = """
            10.0.0.0/16   | 24 | -                            | 10.0.0.0/24
            10.0.0.0/16   | 24 | 10.0.0.0/24 -                | 10.0.1.0/24
            10.0.0.0/16   | 24 | 10.0.1.0/24 - -              | 10.0.0.0/24 10.0.2.0/24
            10.0.0.0/16   | 24 | 10.0.0.0/23 -                | 10.0.2.0/24
            10.0.0.0/16   | 24 | 10.0.0.128/25 -              | 10.0.1.0/24
            10.0.0.0/16   | 24 | 10.0.0.0/15 -                | CIDRNotAvailable
            10.0.0.0/16   | 24 | 192.168.0.0/16 -             | 10.0.0.0/24
            10.0.0.0/16   | 24 | fd00::/64 -                  | 10.0.0.0/24
            10.0.0.0/23   | 24 | - - -                        | 10.0.0.0/24 10.0.1.0/24 CIDRNotAvailable
            10.0.0.0/24   | 24 | -                            | 10.0.0.0/24
            200.0.0.0/8   | 12 | 200.0.0.0/12 -               | 200.16.0.0/12
            10.244.0.0/14 | 26 | 10.244.0.0/24 10.244.1.0/26 - | 10.244.1.64/26
            """)
    void the_lowest_free_range_is_given(String cluster, int mask, String ranges, String given) {
        var nodes = new ArrayList<Node>();
        for (String range : ranges.split(" ")) nodes.add(node(nodes.size(), range));
        assertThat(given(cluster, mask, nodes)).isEqualTo(Arrays.asList(given.split(" ")));
    }

    @Test
    void four_thousand_nodes_get_different_ranges_at_once() {
        var nodes = new ArrayList<Node>();
        for (int i = 0; i < 4096; i++) nodes.add(node(i, "-"));
        assertThat(given("10.240.0.0/12", 24, nodes))
                .hasSize(4096)
                .doesNotHaveDuplicates()
                .doesNotContain("CIDRNotAvailable");
    }

    private static List<String> given(String cluster, int mask, List<Node> nodes) {
        var controller = new NodeIpamController(Objects.requireNonNull(Cidr.parse(cluster)), mask);
        var seen = Seen.of(controller.watches(), Map.of(Nodes.DEFINITION, nodes));
        return controller.plan(PLACE, seen, Instant.EPOCH).actions().stream()
                .map(action -> action instanceof Action.Update update
                        ? ((Node) update.object()).spec().podCIDR()
                        : "CIDRNotAvailable")
                .toList();
    }

    private static Node node(int number, String range) {
        String spec = range.equals("-") ? "{}" : "{podCIDR: \"%1$s\", podCIDRs: [\"%1$s\"]}".formatted(range);
        return Node.of(Plans.yaml(
                "{apiVersion: v1, kind: Node, metadata: {name: node-%s}, spec: %s}".formatted(number, spec)));
    }
}
