package io.amphora.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.amphora.apiserver.auth.BootstrapPolicy;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Every role and binding that a real server has after its start is the same here.
final class RecordedRolesTest {
    private static final Path RECORDED = Path.of("../../shared/golden/bootstrap.json");

    @Test
    void roles_and_bindings_are_those_of_a_real_server() throws Exception {
        assumeTrue(Files.isRegularFile(RECORDED), "the recordings lie beside the repository, and do not here");
        ObjectTree recorded = Json.read(Files.readAllBytes(RECORDED)).object();
        var expected = new TreeMap<String, ObjectTree>();
        read(recorded, expected, "ClusterRole", "clusterroles");
        read(recorded, expected, "ClusterRoleBinding", "clusterrolebindings");
        read(recorded, expected, "Role", "roles/kube-system", "roles/kube-public");
        read(recorded, expected, "RoleBinding", "rolebindings/kube-system", "rolebindings/kube-public");
        var own = new TreeMap<String, ObjectTree>();
        for (ObjectTree object : BootstrapPolicy.objects())
            own.put(key(object.text("kind"), object), object.without("kind").without("apiVersion"));
        assertThat(expected).hasSizeGreaterThan(100);
        expected.forEach((name, object) -> assertThat(own.get(name)).as(name).isEqualTo(object));
    }

    private static void read(ObjectTree recorded, Map<String, ObjectTree> into, String kind, String... lists) {
        Stream.of(lists)
                .flatMap(list -> recorded.list(list).stream())
                .map(Tree::object)
                .forEach(object -> {
                    // What a role has gathered is there only after a controller has been at work.
                    ObjectTree fresh = object.has("aggregationRule") ? object.with("rules", ListTree.EMPTY) : object;
                    into.put(key(kind, object), fresh);
                });
    }

    private static String key(String kind, ObjectTree object) {
        ObjectTree metadata = object.object("metadata");
        return kind + " " + metadata.text("namespace") + "/" + metadata.text("name");
    }
}
