package io.amphora.machinery.field;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FieldErrorsTest {
    private static final FieldPath FIELD =
            FieldPath.of("spec").child("ports").index(0).key("a/b");

    static Stream<Arguments> messages() {
        return Stream.of(
                message(errors -> errors.required(FIELD, ""), "Required value"),
                message(errors -> errors.required(FIELD, "so"), "Required value: so"),
                message(errors -> errors.invalid(FIELD, "a\"\u0007", "no"), "Invalid value: \"a\\\"\\a\": no"),
                message(errors -> errors.invalid(FIELD, null, "no"), "Invalid value: null: no"),
                message(errors -> errors.invalid(FIELD, 5, "no"), "Invalid value: 5: no"),
                message(errors -> errors.invalid(FIELD, List.of("a", "b"), "no"), "Invalid value: [\"a\",\"b\"]: no"),
                message(
                        errors -> errors.invalid(FIELD, ObjectTree.of("a", Tree.of("<&>")), "no"),
                        "Invalid value: {\"a\":\"\\u003c\\u0026\\u003e\"}: no"),
                message(errors -> errors.invalid(FIELD, FieldErrors.OMITTED, "no"), "Invalid value: no"),
                message(
                        errors -> errors.notSupported(FIELD, "x", List.of("a", "b")),
                        "Unsupported value: \"x\": supported values: \"a\", \"b\""),
                message(errors -> errors.notSupported(FIELD, true, List.of()), "Unsupported value: true"),
                message(errors -> errors.duplicate(FIELD, "x"), "Duplicate value: \"x\""),
                message(errors -> errors.notFound(FIELD, "x"), "Not found: \"x\""),
                message(errors -> errors.notFound(FIELD, "x", "why"), "Not found: \"x\": why"),
                message(errors -> errors.forbidden(FIELD, "no"), "Forbidden: no"),
                message(errors -> errors.tooLong(FIELD, 1), "Too long: may not be more than 1 byte"),
                message(errors -> errors.tooLong(FIELD, 128), "Too long: may not be more than 128 bytes"),
                message(errors -> errors.tooMany(FIELD, 2, 1), "Too many: 2: must have at most 1 item"),
                message(errors -> errors.tooMany(FIELD, -1, 8), "Too many: must have at most 8 items"),
                message(errors -> errors.internal(FIELD, "oops"), "Internal error: oops"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void an_error_is_worded_as_kubernetes_words_it(Consumer<FieldErrors> add, String message) {
        var errors = new FieldErrors();
        add.accept(errors);
        assertThat(errors.list()).singleElement().hasToString("spec.ports[0][a/b]: " + message);
    }

    private static Arguments message(Consumer<FieldErrors> add, String message) {
        return Arguments.of(add, message);
    }
}
