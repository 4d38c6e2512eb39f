package io.amphora.machinery.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.patch.PatchException.Kind;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What is expected was compared with apimachinery's strategicpatch.
class StrategicMergePatchTest {
    record Case(String what, String original, String patch, String result) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<Case> patches() {
        String two =
                "spec: {containers: [{name: one, image: '1'}, {name: two, image: '2', env: [{name: A, value: '1'}]}]}";
        String finalizers = "metadata: {finalizers: [a, b, c]}";
        String strategy = "strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}";
        return Stream.of(
                new Case(
                        "items merge by their key, new ones come last",
                        two,
                        "spec: {containers: [{name: two, image: '22', env: [{name: B, value: '2'}]}, {name: three, image: '3'}]}",
                        "spec: {containers: [{name: one, image: '1'}, {name: two, image: '22', env: [{name: B, value: '2'}, {name: A, value: '1'}]}, {name: three, image: '3'}]}"),
                new Case(
                        "an item is deleted",
                        two,
                        "spec: {containers: [{name: one, $patch: delete}, {name: absent, $patch: delete}]}",
                        "spec: {containers: [{name: two, image: '2', env: [{name: A, value: '1'}]}]}"),
                new Case(
                        "a list is replaced on demand",
                        two,
                        "spec: {containers: [{$patch: replace}, {name: new}]}",
                        "spec: {containers: [{name: new}]}"),
                new Case(
                        "items are ordered",
                        two,
                        "spec: {$setElementOrder/containers: [{name: new}, {name: two}], containers: [{name: new}]}",
                        "spec: {containers: [{name: new}, {name: one, image: '1'}, {name: two, image: '2', env: [{name: A, value: '1'}]}]}"),
                new Case("null removes", two, "spec: {containers: null}", "spec: {}"),
                new Case(
                        "null in something new is dropped",
                        "{}",
                        "spec: {nodeSelector: {a: null, b: c}}",
                        "spec: {nodeSelector: {b: c}}"),
                new Case(
                        "a list without a merge key is replaced",
                        "spec: {tolerations: [{key: a}]}",
                        "spec: {tolerations: [{key: b}]}",
                        "spec: {tolerations: [{key: b}]}"),
                new Case(
                        "a map is replaced on demand",
                        "metadata: {labels: {a: b}}",
                        "metadata: {labels: {$patch: replace, c: d}}",
                        "metadata: {labels: {c: d}}"),
                new Case(
                        "a map is emptied on demand",
                        "metadata: {labels: {a: b}}",
                        "metadata: {labels: {$patch: delete}}",
                        "metadata: {labels: {}}"),
                new Case(
                        "an object whose strategy is to be replaced is",
                        "selector: {matchLabels: {a: b}}",
                        "selector: {matchLabels: {c: d}}",
                        "selector: {matchLabels: {c: d}}"),
                new Case(
                        "scalars merge as a set",
                        finalizers,
                        "metadata: {finalizers: [d]}",
                        "metadata: {finalizers: [d, a, b, c]}"),
                new Case(
                        "scalars keep their places",
                        finalizers,
                        "metadata: {finalizers: [b, e]}",
                        "metadata: {finalizers: [a, b, e, c]}"),
                new Case(
                        "scalars are deleted",
                        finalizers,
                        "metadata: {$deleteFromPrimitiveList/finalizers: [b]}",
                        "metadata: {finalizers: [a, c]}"),
                new Case(
                        "scalars are ordered",
                        finalizers,
                        "metadata: {$setElementOrder/finalizers: [c, b, a]}",
                        "metadata: {finalizers: [c, b, a]}"),
                new Case(
                        "members not retained go",
                        strategy,
                        "strategy: {$retainKeys: [type], type: Recreate}",
                        "strategy: {type: Recreate}"));
    }

    @ParameterizedTest
    @MethodSource("patches")
    void a_patch_is_merged(Case each) {
        var result = StrategicMergePatch.apply(object(each.original), object(each.patch), Shapes.DEPLOYMENT);
        assertThat(result).isEqualTo(object(each.result));
    }

    record Wrong(String patch, Kind kind, String message) {}

    static Stream<Wrong> wrong() {
        return Stream.of(
                new Wrong(
                        "spec: {containers: [{image: x}]}",
                        Kind.UNCLASSIFIED,
                        "map: map[image:x] does not contain declared merge key: name"),
                new Wrong(
                        "spec: {containers: [{$patch: delete}]}",
                        Kind.UNCLASSIFIED,
                        "map: map[$patch:delete] does not contain declared merge key: name"),
                new Wrong(
                        "spec: {containers: [{name: a, $patch: nope}]}",
                        Kind.UNCLASSIFIED,
                        "unknown patch type: nope in map: map[$patch:nope name:a]"),
                new Wrong(
                        "spec: {$patch: nope}", Kind.UNCLASSIFIED, "unknown patch type: nope in map: map[$patch:nope]"),
                new Wrong(
                        "spec: {$setElementOrder/containers: [{name: two}], containers: [{name: new, image: n2}]}",
                        Kind.UNCLASSIFIED,
                        "The order in patch list:\n[map[image:n2 name:new]]\n doesn't match $setElementOrder list:\n[map[name:two]]\n"),
                new Wrong(
                        "spec: {$setElementOrder/nope: []}",
                        Kind.UNCLASSIFIED,
                        "unable to find api field in struct PodSpec for the json field \"nope\""),
                new Wrong(
                        "strategy: {$retainKeys: [rollingUpdate], type: Recreate}",
                        Kind.MALFORMED,
                        "invalid patch format of retainKeys"),
                new Wrong(
                        "spec: {$setElementOrderx: []}",
                        Kind.MALFORMED,
                        "invalid patch format of setElementOrder list"),
                new Wrong(
                        "spec: {$deleteFromPrimitiveListx: []}",
                        Kind.MALFORMED,
                        "invalid patch format of primitive list"),
                new Wrong(
                        "spec: {containers: [x]}",
                        Kind.UNCLASSIFIED,
                        "list element types are not identical: [[map[image:1 name:one]] [x]]"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void a_patch_that_makes_no_sense_is_refused_in_kubernetes_words(Wrong each) {
        var original = object("spec: {containers: [{name: one, image: '1'}]}\nstrategy: {type: RollingUpdate}");
        assertThatThrownBy(() -> StrategicMergePatch.apply(original, object(each.patch), Shapes.DEPLOYMENT))
                .isInstanceOfSatisfying(
                        PatchException.class, wrong -> assertThat(wrong.kind()).isEqualTo(each.kind))
                .hasMessage(each.message);
    }

    @Test
    void a_difference_is_written_with_directives() {
        var original = object("""
                metadata: {finalizers: [a, b], labels: {x: '1'}}
                replicas: 1
                strategy: {type: RollingUpdate, rollingUpdate: {maxSurge: 1}}
                spec: {containers: [{name: one, image: '1'}, {name: two, image: '2'}]}""");
        var modified = object("""
                metadata: {finalizers: [c, b], labels: {y: '1'}}
                strategy: {type: Recreate}
                spec: {containers: [{name: three}, {name: two, image: '2', args: [x]}]}""");
        assertThat(StrategicMergePatch.createTwoWay(original, modified, Shapes.DEPLOYMENT))
                .isEqualTo(object("""
                metadata:
                  finalizers: [c]
                  $deleteFromPrimitiveList/finalizers: [a]
                  $setElementOrder/finalizers: [c, b]
                  labels: {x: null, y: '1'}
                replicas: null
                strategy: {$retainKeys: [type], rollingUpdate: null, type: Recreate}
                spec:
                  containers: [{name: three}, {name: two, args: [x]}, {name: one, $patch: delete}]
                  $setElementOrder/containers: [{name: three}, {name: two}]"""));
    }

    /// As Kubernetes' kubectl pairs them: from the end.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "t, u | s, t | {name: t}, {name: s}",
                "t, u | t, s | {name: s}",
                "t    | t, u, s | {name: s}, {name: u}, {name: t}",
                "u    | t, u | {name: t}",
            })
    void items_of_one_merge_key_are_told_apart_by_their_order(String before, String after, String changes) {
        assertThat(StrategicMergePatch.createTwoWay(ports(before), ports(after), Shapes.DEPLOYMENT)
                        .object("spec")
                        .list("containers")
                        .get(0)
                        .object()
                        .list("ports"))
                .isEqualTo(object("ports: [" + changes.replace("}", ", containerPort: 53}") + "]")
                        .list("ports"));
    }

    private static ObjectTree ports(String names) {
        String ports = Stream.of(names.split(","))
                .map(name -> "{name: " + name.strip() + ", containerPort: 53}")
                .collect(Collectors.joining(", "));
        return object("spec: {containers: [{name: one, ports: [" + ports + "]}]}");
    }

    @Test
    void apply_keeps_what_others_added_and_removes_what_is_no_longer_configured() {
        var original = object("metadata: {labels: {a: '1', b: '1'}}\nspec: {containers: [{name: one, image: '1'}]}");
        var modified = object("metadata: {labels: {a: '2'}}\nspec: {containers: [{name: one, image: '2'}]}");
        var current = object("""
                metadata: {labels: {a: '1', b: '1', other: x}}
                replicas: 3
                spec: {containers: [{name: side, image: s}, {name: one, image: '1', args: [x]}]}""");
        var patch = StrategicMergePatch.createThreeWay(original, modified, current, Shapes.DEPLOYMENT, true);
        assertThat(StrategicMergePatch.apply(current, patch, Shapes.DEPLOYMENT)).isEqualTo(object("""
                metadata: {labels: {a: '2', other: x}}
                replicas: 3
                spec: {containers: [{name: side, image: s}, {name: one, image: '2', args: [x]}]}"""));
    }

    @Test
    void a_change_made_otherwise_by_another_is_a_conflict_unless_overwritten() {
        var original = object("replicas: 1");
        var modified = object("replicas: 2");
        var current = object("replicas: 3");
        assertThat(StrategicMergePatch.createThreeWay(original, modified, current, Shapes.DEPLOYMENT, true))
                .isEqualTo(object("replicas: 2"));
        assertThatThrownBy(
                        () -> StrategicMergePatch.createThreeWay(original, modified, current, Shapes.DEPLOYMENT, false))
                .hasMessage(
                        "patch:\nreplicas: 2\n\nconflicts with changes made from original to current:\nreplicas: 3\n\n");
    }

    @Test
    void a_difference_applied_gives_the_target() {
        var random = new Random(3);
        for (int i = 0; i < 1000; i++) {
            ObjectTree original = deployment(random);
            ObjectTree modified = deployment(random);
            var patch = StrategicMergePatch.createTwoWay(original, modified, Shapes.DEPLOYMENT);
            assertThat(withoutEmptyLists(StrategicMergePatch.apply(original, patch, Shapes.DEPLOYMENT)))
                    .as("%s -> %s by %s", original, modified, patch)
                    .isEqualTo(withoutEmptyLists(modified));
            assertThat(StrategicMergePatch.createTwoWay(original, original, Shapes.DEPLOYMENT)
                            .without("selector"))
                    .isEqualTo(ObjectTree.EMPTY);
        }
    }

    private static ObjectTree deployment(Random random) {
        var object = ObjectTree.builder();
        if (random.nextBoolean())
            object.put(
                    "metadata",
                    ObjectTree.of(
                            "finalizers",
                            some(random, "a", "b", "c"),
                            "labels",
                            ObjectTree.of("k" + random.nextInt(3), "v")));
        if (random.nextBoolean())
            object.put(
                    "strategy",
                    random.nextBoolean()
                            ? object("{type: Recreate}")
                            : object("{type: RollingUpdate, rollingUpdate: {maxSurge: 1}}"));
        if (random.nextBoolean())
            object.put("selector", ObjectTree.of("matchLabels", ObjectTree.of("k" + random.nextInt(3), "v")));
        var containers = new ArrayList<Tree>();
        for (Tree name : some(random, "one", "two", "three")) {
            var env = new ArrayList<Tree>();
            for (Tree key : some(random, "A", "B"))
                env.add(ObjectTree.of("name", key, "value", "" + random.nextInt(2)));
            containers.add(ObjectTree.of("name", name, "image", "i" + random.nextInt(2), "env", new ListTree(env)));
        }
        return object.put(
                        "spec",
                        ObjectTree.of("containers", new ListTree(containers), "tolerations", some(random, "x", "y")))
                .build();
    }

    private static ListTree some(Random random, String... names) {
        var all = new ArrayList<>(List.of(names));
        Collections.shuffle(all, random);
        return ListTree.from(all.subList(0, random.nextInt(all.size() + 1)));
    }

    /// A list whose last item went stays as an empty one.
    private static Tree withoutEmptyLists(Tree tree) {
        return switch (tree) {
            case ObjectTree object ->
                object.map((name, value) ->
                        value instanceof ListTree list && list.isEmpty() ? null : withoutEmptyLists(value));
            case ListTree list -> list.map(StrategicMergePatchTest::withoutEmptyLists);
            default -> tree;
        };
    }

    private static ObjectTree object(String yaml) {
        return Yaml.read(yaml).object();
    }

    /// A walk through the list for each item of the patch would take minutes.
    @Test
    @Timeout(60)
    void aPatchMayNameVeryManyItems() {
        int many = 100_000;
        var live = new ArrayList<Tree>();
        var patch = new ArrayList<Tree>();
        for (int i = 0; i < many; i++) {
            live.add(ObjectTree.of("name", "c" + i));
            patch.add(
                    i % 2 == 0
                            ? ObjectTree.of("name", "c" + i, "$patch", "delete")
                            : ObjectTree.of("name", "c" + i, "image", "new"));
        }
        var merged = StrategicMergePatch.apply(containers(live), containers(patch), Shapes.DEPLOYMENT)
                .object("spec")
                .list("containers");
        assertThat(merged.items())
                .hasSize(many / 2)
                .startsWith(ObjectTree.of("name", "c1", "image", "new"))
                .endsWith(ObjectTree.of("name", "c" + (many - 1), "image", "new"));
    }

    private static ObjectTree containers(List<Tree> items) {
        return ObjectTree.of("spec", ObjectTree.of("containers", new ListTree(items)));
    }
}
