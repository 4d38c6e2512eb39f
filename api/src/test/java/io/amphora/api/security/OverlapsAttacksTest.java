package io.amphora.api.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.machinery.field.FieldErrors;
import io.amphora.machinery.field.FieldPath;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Many entries that each get in the way of all others.
class OverlapsAttacksTest {
    private static final int MANY = 20_000;

    private static List<String> warnings(IntFunction<String> path, int files) {
        var items = IntStream.range(0, files)
                .mapToObj(i -> ObjectTree.of("key", "k", "path", path.apply(i)))
                .toList();
        ObjectTree volume =
                ObjectTree.of("name", "v", "configMap", ObjectTree.of("name", "c", "items", ListTree.from(items)));
        return Pods.DEFINITION
                .strategy()
                .warnings(Pod.of(ObjectTree.of("spec", ObjectTree.of("volumes", ListTree.of(volume)))));
    }

    @Test
    void files_that_hide_one_another_are_told() {
        assertThat(warnings(i -> List.of("a/b", "c", "a", "a/b/d", "ab").get(i), 5))
                .containsExactly("volume \"v\" (ConfigMap \"c\"): overlapping paths: \"a\" with \"a/b\", "
                        + "\"a/b/d\" with \"a/b\", \"a/b/d\" with \"a\"");
    }

    @Test
    void of_many_files_that_hide_one_another_a_hundred_are_told() {
        assertThat(warnings(i -> "a", MANY).getFirst().split(" with ")).hasSize(101);
        assertThat(warnings(i -> "a" + "/a".repeat(i % 50), MANY).getFirst().split(" with "))
                .hasSize(101);
    }

    @Test
    void many_mistakes_are_told_in_a_mebibyte() {
        var errors = new FieldErrors();
        String value = "x".repeat(100_000);
        for (int i = 0; i < MANY; i++) errors.invalid(FieldPath.of("data").key("k" + i), value, "is wrong");
        assertThat(errors.list()).hasSizeBetween(5, 20);
    }
}
