package io.amphora.machinery.patch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.patch.PatchException.Kind;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonPatchTest {
    private static final Tree DOCUMENT = Yaml.read("{a: '1', b: {c: [1, 2, {d: x}], n: null}, e/f: {g~h: 1}}");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{op: add, path: /b/c/-, value: 5}         | b/c | [1, 2, {d: x}, 5]",
                "{op: add, path: /b/c/0, value: 5}         | b/c | [5, 1, 2, {d: x}]",
                "{op: add, path: /b/c/-1, value: 5}        | b/c | [1, 2, {d: x}, 5]",
                "{op: add, path: /z, value: {q: 1}}        | z   | {q: 1}",
                "{op: add, path: /z}                       | z   | null",
                "{op: remove, path: /b/c/1}                | b/c | [1, {d: x}]",
                "{op: remove, path: /b/c/-1}               | b/c | [1, 2]",
                "{op: replace, path: /zz, value: 1}        | zz  | 1",
                "{op: replace, path: /e~1f/g~0h, value: 2} | e~f | {g~h: 2}",
                "{op: replace, path: /b/c/2/d, value: y}   | b/c | [1, 2, {d: y}]",
                "{op: move, from: /b/c/0, path: /b/c/2}    | b/c | [2, {d: x}, 1]",
                "{op: copy, from: /b/c, path: /z}          | z   | [1, 2, {d: x}]",
                "{op: copy, from: /gone, path: /z}         | z   | null",
                "{op: test, path: /gone, value: null}      | a   | '1'",
                "{op: test, path: /b/n, value: null}       | a   | '1'",
                "{op: test, path: /b/c/2, value: {d: x}}   | a   | '1'",
                "{op: replace, path: '', value: {a: 2}}    | a   | 2",
            })
    void an_operation_is_applied(String operation, String where, String value) {
        Tree found = JsonPatch.of(new ListTree(java.util.List.of(Yaml.read(operation))))
                .apply(DOCUMENT);
        for (String name : where.replace("e~f", "e!f").split("/"))
            found = found.object().get(name.replace('!', '/'));
        assertThat(found).isEqualTo(Yaml.read(value));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{op: add, path: /b/c/9, value: 5}   | error in add for path: '/b/c/9': Unable to access invalid index: 9: invalid index referenced",
                "{op: add, path: /b/c/x, value: 5}   | error in add for path: '/b/c/x': value was not a proper array index: 'x': strconv.Atoi: parsing \"x\": invalid syntax",
                "{op: add, path: /z/y, value: 5}     | add operation does not apply: doc is missing path: \"/z/y\": missing value",
                "{op: add, path: z, value: 5}        | add operation does not apply: doc is missing path: \"z\": missing value",
                "{op: add, value: 5}                 | add operation failed to decode path: missing value",
                "{op: remove, path: /zz}             | error in remove for path: '/zz': Unable to remove nonexistent key: zz: missing value",
                "{op: remove, path: /q/c}            | remove operation does not apply: doc is missing path: \"/q/c\": missing value",
                "{op: replace, path: /b/c/9}         | replace operation does not apply: doc is missing key: /b/c/9: missing value",
                "{op: move, from: /zz, path: /a}     | error in move for path: 'zz': Unable to remove nonexistent key: zz: missing value",
                "{op: move, path: /a}                | move operation failed to decode from: operation, missing from field: missing value",
                "{op: copy, from: /b/c/9, path: /x}  | error in copy for from: '/b/c/9': Unable to access invalid index: 9: invalid index referenced",
                "{op: test, path: /a, value: '2'}    | testing value /a failed: test failed",
                "{op: test, path: /zz, value: 1}     | testing value /zz failed: test failed",
                "{op: test, path: /q/r, value: 1}    | test operation does not apply: is missing path: /q/r: missing value",
                "{op: bogus}                         | Unexpected kind: bogus",
                "{path: /a}                          | Unexpected kind: unknown",
            })
    void an_operation_that_cannot_be_applied_is_refused(String operation, String message) {
        var patch = JsonPatch.of(new ListTree(java.util.List.of(Yaml.read(operation))));
        assertThatThrownBy(() -> patch.apply(DOCUMENT))
                .isInstanceOfSatisfying(
                        PatchException.class, wrong -> assertThat(wrong.kind()).isEqualTo(Kind.INAPPLICABLE))
                .hasMessage(message);
    }

    @Test
    void what_is_no_list_of_operations_is_malformed_and_a_long_one_too_large() {
        assertThatThrownBy(() -> JsonPatch.of(ObjectTree.EMPTY))
                .hasMessage("json: cannot unmarshal object into Go value of type jsonpatch.Patch");
        assertThatThrownBy(() -> JsonPatch.of(Yaml.read("[x]")))
                .hasMessage("json: cannot unmarshal string into Go value of type jsonpatch.Operation");
        assertThatThrownBy(() -> JsonPatch.of(ListTree.from(Collections.nCopies(10_001, ObjectTree.EMPTY))))
                .isInstanceOfSatisfying(
                        PatchException.class, wrong -> assertThat(wrong.kind()).isEqualTo(Kind.TOO_LARGE));
    }
}
