package io.amphora.api.kinds;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.Kinds;
import io.amphora.api.ResourceDefinition;
import io.amphora.api.kinds.Behaviour.Outcome;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Each kind's defaults, checks and columns, as tables in `kinds/*.yaml`. A document is a kind:
///
/// ```yaml
/// kind: apps/v1 Deployment
/// object: {…}              # what the cases change, by merge patch
/// cases:
///   - it: is created so    # `with` changes what is sent
///     with: {…}
///     has: {spec.replicas: 1, spec.paused: null}
///   - it: is changed so    # `change` (or `status`, or `at: approval` and `change`) patches what was created
///     change: {…}
///     errors: ["spec.replicas: Invalid value: -1: …"]
/// ```
///
/// Besides `has` and `errors` a case may tell `warnings`, `cells` and `generation: moves` or `stays`. Errors
/// are none
/// where a case names none.
class KindsTest {
    private static final List<String> FILES = List.of(
            "core.yaml",
            "storage-of-core.yaml",
            "apps.yaml",
            "batch.yaml",
            "autoscaling-and-policy.yaml",
            "networking.yaml",
            "storage.yaml",
            "rbac.yaml",
            "cluster.yaml",
            "admission.yaml",
            "resource.yaml",
            "extensions.yaml");

    @TestFactory
    Stream<DynamicContainer> everyKindBehavesAsItsTableSays() {
        return FILES.stream().flatMap(file -> Yaml.readAll(read(file)).stream()).map(KindsTest::table);
    }

    @Test
    void everyStoredKindHasATable() {
        var tested = FILES.stream()
                .flatMap(file -> Yaml.readAll(read(file)).stream())
                .map(document -> document.object().text("kind"))
                .toList();
        assertThat(Kinds.ALL)
                .filteredOn(kind -> kind.verbs().contains("get"))
                .extracting(KindsTest::name)
                .filteredOn(name -> !name.equals("v1 ComponentStatus"))
                .isSubsetOf(tested);
    }

    private static DynamicContainer table(Tree document) {
        ObjectTree table = document.object();
        String name = table.text("kind");
        Behaviour<?> kind = kind(name);
        var tests = new ArrayList<DynamicTest>();
        for (Tree each : table.list("cases")) {
            ObjectTree row = each.object();
            tests.add(DynamicTest.dynamicTest(row.text("it"), () -> check(kind, table.object("object"), row)));
        }
        return DynamicContainer.dynamicContainer(name, tests);
    }

    private static void check(Behaviour<?> kind, ObjectTree template, ObjectTree row) {
        ObjectTree sent = MergePatch.apply(template, row.get("with").isNull() ? ObjectTree.EMPTY : row.get("with"))
                .object()
                .with("apiVersion", kind.kind().gvk().apiVersion())
                .with("kind", kind.kind().gvk().kind());
        Outcome created = kind.create(sent);
        Outcome outcome = created;
        if (row.has("change") || row.has("status")) {
            assertThat(created.errors()).as("errors of the creation").isEmpty();
            String subresource = row.has("status") ? "status" : row.text("at");
            Tree patch = row.has("status") ? ObjectTree.of("status", row.get("status")) : row.get("change");
            outcome = kind.update(
                    subresource, MergePatch.apply(created.object(), patch).object(), created.object());
        }
        assertThat(outcome.errors()).as("errors").isEqualTo(texts(row.list("errors")));
        if (row.has("warnings")) assertThat(outcome.warnings()).as("warnings").isEqualTo(texts(row.list("warnings")));
        if (row.has("generation"))
            assertThat(outcome.newGeneration() ? "moves" : "stays").isEqualTo(row.text("generation"));
        if (row.has("cells")) assertThat(kind.cells(outcome.object())).isEqualTo(row.list("cells"));
        for (var expected : row.object("has"))
            assertThat(at(outcome.object(), expected.getKey()))
                    .as(expected.getKey())
                    .isEqualTo(expected.getValue());
    }

    /// `spec.containers.0.image`
    private static Tree at(Tree tree, String path) {
        Tree found = tree;
        for (String step : path.split("\\.", -1)) {
            if (found instanceof ListTree list) {
                int index = Integer.parseInt(step);
                found = index < list.size() ? list.get(index) : Tree.NULL;
            } else {
                found = found.object().get(step);
            }
        }
        return found;
    }

    private static List<String> texts(ListTree list) {
        return list.stream().map(item -> String.valueOf(item.text())).toList();
    }

    private static Behaviour<?> kind(String name) {
        for (ResourceDefinition<?> kind : Kinds.ALL) if (name(kind).equals(name)) return new Behaviour<>(kind);
        throw new AssertionError("no kind " + name);
    }

    private static String name(ResourceDefinition<?> kind) {
        return kind.gvk().apiVersion() + " " + kind.kind();
    }

    private static String read(String file) {
        try (InputStream in = KindsTest.class.getResourceAsStream("/kinds/" + file)) {
            return new String(Objects.requireNonNull(in, file).readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new AssertionError(file, unreadable);
        }
    }
}
