package io.amphora.machinery.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.tree.Yaml;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: b}         | {a: c}              | {a: c}",
                "{a: b}         | {b: c}              | {a: b, b: c}",
                "{a: b}         | {a: null}           | {}",
                "{a: [b]}       | {a: c}              | {a: c}",
                "{a: c}         | {a: [b]}            | {a: [b]}",
                "{a: {b: c}}    | {a: {b: d, c: null}}| {a: {b: d}}",
                "{a: [{b: c}]}  | {a: [1]}            | {a: [1]}",
                "{}             | {a: {bb: {cc: null}}} | {a: {bb: {}}}",
                "{a: x}         | {a: {b: null, c: 1}} | {a: {c: 1}}",
                "{a: 1}         | [1, {b: null}]      | [1, {}]",
            })
    void a_patch_is_merged(String document, String patch, String result) {
        assertThat(MergePatch.apply(Yaml.read(document), Yaml.read(patch))).isEqualTo(Yaml.read(result));
    }

    @Test
    void what_is_neither_object_nor_list_is_malformed() {
        assertThatThrownBy(() -> MergePatch.apply(Yaml.read("{}"), Yaml.read("x")))
                .hasMessage("Invalid JSON Patch");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{a: 1, b: {c: 1, d: 1}} | {a: 2, b: {c: 1}}   | {a: 2, b: {d: null}}",
                "{a: [1]}                | {a: [1, 2]}         | {a: [1, 2]}",
                "{a: 1}                  | {a: 1}              | {}",
                "{a: {b: 1}}             | {a: {}}             | {a: {b: null}}",
                "{}                      | {a: {}}             | {a: {}}",
            })
    void a_difference_applied_gives_the_target(String original, String modified, String patch) {
        var before = Yaml.read(original).object();
        var after = Yaml.read(modified).object();
        assertThat(MergePatch.createTwoWay(before, after)).isEqualTo(Yaml.read(patch));
        assertThat(MergePatch.apply(before, Yaml.read(patch))).isEqualTo(after);
    }

    @Test
    void apply_keeps_what_others_added_and_removes_what_is_no_longer_configured() {
        assertThat(MergePatch.createThreeWay(
                        Yaml.read("{a: 1, b: 1, l: [1]}").object(),
                        Yaml.read("{a: 2, l: [1, 2]}").object(),
                        Yaml.read("{a: 1, b: 1, l: [1, 3], other: x}").object()))
                .isEqualTo(Yaml.read("{a: 2, b: null, l: [1, 2]}"));
    }
}
