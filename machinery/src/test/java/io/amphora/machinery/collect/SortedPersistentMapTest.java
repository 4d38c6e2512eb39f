package io.amphora.machinery.collect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.random.Randomness;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SortedPersistentMapTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void after_any_changes_it_holds_what_a_tree_map_holds_and_every_older_map_is_as_it_was(long seed) {
        var random = Randomness.seeded(seed);
        var expected = new TreeMap<String, Integer>(KeyOrder::compare);
        var map = SortedPersistentMap.<Integer>empty();
        record Kept(SortedPersistentMap<Integer> map, Map<String, Integer> expected) {}
        var kept = new ArrayList<Kept>();
        for (int step = 0; step < 12_000; step++) {
            var key = key(random, seed % 2 == 0 ? 4000 : 300);
            boolean growing = step / 3000 % 2 == 0;
            if (random.below(10) < (growing ? 7 : 2)) {
                map = map.put(key, step);
                expected.put(key, step);
            } else {
                map = map.remove(key);
                expected.remove(key);
            }
            if (step % 1000 == 0) kept.add(new Kept(map, new TreeMap<>(expected)));
            if (step % 400 == 0) assertSame(map, expected, random);
        }
        assertSame(map, expected, random);
        for (var old : kept) {
            assertThat(contentOf(old.map.all())).containsExactlyInAnyOrderEntriesOf(old.expected);
            assertThat(old.map.size()).isEqualTo(old.expected.size());
        }
        for (var key : List.copyOf(expected.keySet())) map = map.remove(key);
        assertThat(map.isEmpty()).isTrue();
        assertThat(map.iterator().hasNext()).isFalse();
    }

    @Test
    void keys_put_in_rising_and_in_falling_order_are_all_found() {
        var rising = SortedPersistentMap.<Integer>empty();
        var falling = SortedPersistentMap.<Integer>empty();
        for (int i = 0; i < 5000; i++) {
            rising = rising.put("k%05d".formatted(i), i);
            falling = falling.put("k%05d".formatted(4999 - i), 4999 - i);
        }
        for (int i = 0; i < 5000; i++) {
            assertThat(rising.get("k%05d".formatted(i))).isEqualTo(i);
            assertThat(falling.get("k%05d".formatted(i))).isEqualTo(i);
        }
        assertThat(rising.get("k5000")).isNull();
        assertThat(rising.countWithPrefix("k01")).isEqualTo(1000);
    }

    @ParameterizedTest
    @CsvSource({"'',6", "a,5", "a/,3", "a/b,2", "a/bc,1", "b,1", "c,0", "a/z,0", "0,0"})
    void a_prefix_selects_the_keys_that_begin_with_it(String prefix, int count) {
        var map = SortedPersistentMap.<Integer>empty();
        for (var key : List.of("a", "a/b", "a/bc", "a/c", "a0", "b")) map = map.put(key, key.length());
        assertThat(map.withPrefix(prefix).stream().map(SortedPersistentMap.Entry::key))
                .allMatch(k -> k.startsWith(prefix))
                .hasSize(count);
        assertThat(map.countWithPrefix(prefix)).isEqualTo(count);
        assertThat(map.withPrefix(prefix).size()).isEqualTo(count);
    }

    @Test
    void a_prefix_is_read_on_from_a_key_in_pages() {
        var map = SortedPersistentMap.<Integer>empty();
        for (int i = 0; i < 100; i++)
            map = map.put("p/%02d".formatted(i), i)
                    .put("q/%02d".formatted(i), i)
                    .put("o", i);
        var rest = map.withPrefix("p/", "p/42");
        assertThat(rest.size()).isEqualTo(58);
        assertThat(rest.iterator().next().value()).isEqualTo(42);
        assertThat(contentOf(rest.limit(3))).containsOnlyKeys("p/42", "p/43", "p/44");
        assertThat(contentOf(rest.skip(57))).containsOnlyKeys("p/99");
        assertThat(rest.limit(1000).size()).isEqualTo(58);
        assertThat(rest.skip(1000).isEmpty()).isTrue();
        assertThat(map.withPrefix("p/", "a").size()).isEqualTo(100);
        assertThat(map.withPrefix("p/", "z").isEmpty()).isTrue();
        assertThat(map.from("q/98").size()).isEqualTo(2);
    }

    @Test
    void a_put_of_the_same_value_and_a_removal_of_nothing_give_the_same_map() {
        var value = "v";
        var map = SortedPersistentMap.<String>empty().put("a", value);
        assertThat(map.put("a", value)).isSameAs(map);
        assertThat(map.remove("b")).isSameAs(map);
    }

    @Test
    void walking_past_the_end_is_refused() {
        var entries = SortedPersistentMap.<Integer>empty().put("a", 1).iterator();
        entries.next();
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void keys_are_in_the_order_of_their_utf8_bytes() {
        var keys = List.of(
                "",
                "a",
                "aa",
                "b",
                "z\u00e9",
                "\u00e9",
                "\u20ac",
                "\ud7ff",
                "\ue000",
                "\uffee",
                "\ud83d\ude00",
                "\ud83d\ude01",
                "a\ud83d\ude00",
                "a\uffee",
                "a\u00ff",
                "a\u0100");
        for (var left : keys) {
            for (var right : keys) {
                int bytes = Arrays.compareUnsigned(
                        left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
                assertThat(Integer.signum(KeyOrder.compare(left, right)))
                        .as("%s and %s", left, right)
                        .isEqualTo(Integer.signum(bytes));
            }
        }
    }

    private static String key(Randomness random, int variety) {
        var key = Integer.toString(random.below(variety), 6);
        return random.below(20) == 0 ? key + (random.below(2) == 0 ? "\ud83d\ude00" : "\uffee") : key;
    }

    private static void assertSame(
            SortedPersistentMap<Integer> map, TreeMap<String, Integer> expected, Randomness random) {
        assertThat(map.size()).isEqualTo(expected.size());
        var walked = new ArrayList<String>();
        map.forEach((key, value) -> {
            walked.add(key);
            assertThat(value).isEqualTo(expected.get(key));
        });
        assertThat(walked).containsExactlyElementsOf(expected.keySet());
        var probe = key(random, 4000);
        assertThat(map.get(probe)).isEqualTo(expected.get(probe));
        assertThat(map.from(probe).size()).isEqualTo(expected.tailMap(probe).size());
        assertThat(map.countWithPrefix(probe.substring(0, 1))).isEqualTo((int) expected.keySet().stream()
                .filter(k -> k.startsWith(probe.substring(0, 1)))
                .count());
    }

    private static Map<String, Integer> contentOf(SortedPersistentMap.Range<Integer> range) {
        var content = new HashMap<String, Integer>();
        for (var entry : range) content.put(entry.key(), entry.value());
        return content;
    }
}
