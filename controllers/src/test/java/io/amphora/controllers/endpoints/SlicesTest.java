package io.amphora.controllers.endpoints;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Service;
import io.amphora.api.discovery.v1.EndpointSlice;
import io.amphora.controllers.Action;
import io.amphora.controllers.Plans;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SlicesTest {
    private static final Service SERVICE =
            Service.of(Plans.yaml("{apiVersion: v1, kind: Service, metadata: {name: s, namespace: ns, uid: svc}}"));
    private static final ObjectTree LABELS = ObjectTree.of("kubernetes.io/service-name", "s");
    private static final Tree PORTS = ListTree.of(ObjectTree.of("name", "http", "port", 80));
    private static final Slices.Group GROUP = new Slices.Group("IPv4", PORTS);
    private static final Slices.Group NONE = new Slices.Group("IPv4", Tree.NULL);

    @Test
    void a_hundred_endpoints_fill_a_slice() {
        assertThat(sizes(reconcile(List.of(), endpoints(0, 250)))).containsExactly("+100", "+100", "+50");
    }

    @Test
    void what_stays_as_it_is_is_not_written() {
        assertThat(reconcile(List.of(slice("a", endpoints(0, 100))), endpoints(0, 100)))
                .isEmpty();
    }

    @Test
    void a_new_endpoint_goes_where_there_is_room() {
        var existing = List.of(
                slice("full", endpoints(0, 100)),
                slice("half", endpoints(100, 150)),
                slice("few", endpoints(150, 160)));
        assertThat(sizes(reconcile(existing, endpoints(0, 161)))).containsExactly("half 51");
    }

    @Test
    void a_slice_that_changes_anyway_takes_the_new_ones() {
        var existing = List.of(slice("a", endpoints(0, 100)), slice("b", endpoints(100, 150)));
        assertThat(sizes(reconcile(existing, endpoints(1, 151)))).containsExactly("a 100");
    }

    @Test
    void slices_without_endpoints_go_but_one_stays_for_a_service_without_any() {
        var existing = List.of(slice("a", endpoints(0, 100)), slice("b", endpoints(100, 101)));
        assertThat(sizes(reconcile(existing, endpoints(0, 100)))).containsExactly("-b");
        assertThat(sizes(reconcile(existing, List.of()))).containsExactlyInAnyOrder("-a", "-b", "+0");
    }

    @Test
    void the_trigger_time_alone_causes_no_write() {
        EndpointSlice slice = slice("a", endpoints(0, 1));
        var slices = new Slices(SERVICE, LABELS, ObjectTree.of(Slices.TRIGGER_TIME, "2026-01-01T00:00:00Z"));
        assertThat(slices.reconcile(List.of(slice), Map.of(GROUP, endpoints(0, 1)), List.of(NONE)))
                .isEmpty();
    }

    private static List<Action> reconcile(List<EndpointSlice> existing, List<ObjectTree> wanted) {
        Map<Slices.Group, List<ObjectTree>> groups = wanted.isEmpty() ? Map.of() : Map.of(GROUP, wanted);
        return new Slices(SERVICE, LABELS, ObjectTree.EMPTY).reconcile(existing, groups, List.of(NONE));
    }

    private static List<ObjectTree> endpoints(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> ObjectTree.of(
                        "addresses",
                        List.of("10.0." + i / 256 + "." + i % 256),
                        "targetRef",
                        ObjectTree.of("uid", "p" + i)))
                .toList();
    }

    private static EndpointSlice slice(String name, List<ObjectTree> endpoints) {
        return EndpointSlice.of(EndpointSlice.EMPTY
                .tree()
                .with("metadata", ObjectTree.of("name", name, "namespace", "ns", "uid", name, "labels", LABELS))
                .with("addressType", "IPv4")
                .with("endpoints", ListTree.from(endpoints))
                .with("ports", PORTS));
    }

    private static List<String> sizes(List<Action> actions) {
        var sizes = new ArrayList<String>();
        for (Action action : actions)
            sizes.add(
                    switch (action) {
                        case Action.Create create ->
                            "+" + create.object().tree().list("endpoints").size();
                        case Action.Update update ->
                            update.object().name() + " "
                                    + update.object().tree().list("endpoints").size();
                        case Action.Delete delete -> "-" + delete.name();
                        default -> action.toString();
                    });
        return sizes;
    }
}
