package io.amphora.apiserver.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.tree.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The heap that objects really take, beside what the state counts for them.
class WeightTest {
    private static final long ENOUGH = 8 << 20;

    record Shape(String name, IntFunction<String> data) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static String many(int count, IntFunction<String> entry) {
        return "{" + IntStream.range(0, count).mapToObj(entry).collect(Collectors.joining(",")) + "}";
    }

    static Stream<Shape> no_object_takes_more_heap_than_it_is_counted_with() {
        return Stream.of(
                new Shape("nothing but its name", i -> "{}"),
                new Shape("one long text", i -> "{\"a\":\"" + "x".repeat(100_000) + "\"}"),
                new Shape("one long text with a wide letter", i -> "{\"a\":\"" + "x".repeat(100_000) + "€\"}"),
                new Shape("one long text of wide letters", i -> "{\"a\":\"" + "€".repeat(100_000) + "\"}"),
                new Shape("many short texts", i -> many(5_000, n -> "\"" + i + "-" + n + "\":\"\"")),
                new Shape(
                        "many short texts with wide letters", i -> many(5_000, n -> "\"é€" + n + "\":\"€" + i + "\"")),
                new Shape("many short names and texts", i -> many(5_000, n -> "\"a" + i + n + "\":\"b" + n + "\"")),
                new Shape("many numbers", i -> many(5_000, n -> "\"" + i + "-" + n + "\":" + (n + 1000))),
                new Shape("many fractions", i -> many(5_000, n -> "\"" + i + "-" + n + "\":1.5" + n)),
                new Shape("many truths", i -> many(5_000, n -> "\"" + n + "\":true")),
                new Shape("many empty objects", i -> many(5_000, n -> "\"" + n + "\":{}")),
                new Shape("many empty lists", i -> many(5_000, n -> "\"" + n + "\":[]")),
                new Shape("many small objects", i -> many(5_000, n -> "\"" + i + "-" + n + "\":{\"a\":{\"b\":1}}")),
                new Shape("many small lists", i -> many(5_000, n -> "\"" + i + "-" + n + "\":[[[1]]]")),
                new Shape(
                        "texts in another spelling",
                        i -> many(5_000, n -> "\"" + i + "-" + n + "\":\"\\u0001\\u0002\"")),
                new Shape("a list of numbers", i -> "{\"a\":[" + "7,".repeat(20_000) + "7]}"),
                new Shape("a list of texts", i -> "{\"a\":[" + "\"\",".repeat(20_000) + "\"\"]}"));
    }

    @ParameterizedTest
    @MethodSource
    void no_object_takes_more_heap_than_it_is_counted_with(Shape shape) {
        var held = new ArrayList<Stored>();
        long before = used();
        long weight = 0;
        for (int i = 0; weight < ENOUGH; i++) {
            byte[] json = json("object-" + i, shape.data().apply(i));
            Stored stored = Stored.of(
                    "/registry/configmaps/default/object-" + i,
                    Image.of(Json.read(json).object()),
                    1,
                    1);
            stored.tree();
            held.add(stored);
            weight += stored.weight();
        }
        long taken = used() - before;
        assertThat(taken).isLessThan(weight * 11 / 10);
        assertThat(held).isNotEmpty();
    }

    private static byte[] json(String name, String data) {
        return ("{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{\"name\":\"" + name
                        + "\",\"namespace\":\"default\",\"uid\":\"0b6e5a5c-6cb8-4f57-9a0b-3f6a5c0f8d11\"},\"data\":"
                        + data + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    /// What is still used after collections that find nothing more.
    private static long used() {
        long least = Long.MAX_VALUE;
        for (int same = 0; same < 2; same++) {
            System.gc();
            long used =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            if (used < least - 10_000) same = 0;
            least = Math.min(least, used);
        }
        return least;
    }
}
