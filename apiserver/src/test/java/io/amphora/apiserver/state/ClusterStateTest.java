package io.amphora.apiserver.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.amphora.api.core.v1.ConfigMaps;
import io.amphora.apiserver.state.Interest.FieldValue;
import io.amphora.machinery.random.Randomness;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.CompactedException;
import io.amphora.store.MemoryStore;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ClusterStateTest {
    private static final int KEPT = 20;

    private final MemoryStore store = new MemoryStore();
    private final ClusterState state = opened(KEPT);

    @AfterEach
    void stop() {
        state.close();
        store.close();
    }

    @Test
    void what_is_written_is_read_at_once_and_the_past_stays_as_it_was() throws Exception {
        Stored first = create("a", "x", "1");
        Stored second = replace(first, "x", "2");
        assertThat(state.now().find(key("a")).orElseThrow().tree()).isEqualTo(second.tree());
        assertThat(state.at(first.revision()).find(key("a")).orElseThrow().label("x"))
                .isEqualTo("1");
        assertThat(state.at(first.revision() - 1).find(key("a"))).isEmpty();
    }

    @Test
    void a_write_over_another_one_s_is_refused_and_the_other_s_is_there_to_be_read() {
        Stored seen = create("a", "x", "1");
        Stored other = replace(seen, "x", "2");
        assertThat(state.replace(seen, object("a", "x", "3"))).isEmpty();
        assertThat(state.now().find(key("a")).orElseThrow().revision()).isEqualTo(other.revision());
    }

    @Test
    void what_lies_beyond_the_window_is_forgotten() {
        Stored last = create("a", "n", "0");
        long first = last.revision();
        for (int i = 1; i <= KEPT; i++) last = replace(last, "n", Integer.toString(i));
        assertThatThrownBy(() -> state.at(first - 1)).isInstanceOf(CompactedException.class);
        assertThatThrownBy(() -> state.watch(everything(), first - 1)).isInstanceOf(CompactedException.class);
    }

    @Test
    void large_objects_leave_less_of_the_past() throws Exception {
        String large = "x".repeat(3_000);
        Stored first = create("a", "n", large);
        Stored second = replace(first, "n", large, "m", "1");
        Stored third = replace(second, "n", large, "m", "2");
        Stored fourth = replace(third, "n", large, "m", "3");
        replace(fourth, "n", large, "m", "4");
        assertThatThrownBy(() -> state.at(first.revision() - 1)).isInstanceOf(CompactedException.class);
        assertThat(state.at(third.revision()).find(key("a")).orElseThrow().label("m"))
                .isEqualTo("2");
        assertThat(state.at(fourth.revision()).find(key("a")).orElseThrow().label("m"))
                .isEqualTo("3");
    }

    @Test
    void large_objects_that_are_deleted_leave_less_of_the_past_too() throws Exception {
        String large = "x".repeat(3_000);
        long begin = create("b", "n", "1").revision();
        for (int i = 0; i < 5; i++) state.delete(create("a", "n", large));
        assertThatThrownBy(() -> state.at(begin)).isInstanceOf(CompactedException.class);
    }

    @Test
    void the_past_is_forgotten_also_while_nothing_happens() throws Exception {
        var clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
        var quiet = new MemoryStore();
        var cluster = new ClusterState(quiet, clock, new Window(KEPT, Duration.ofMinutes(10), 10_000));
        Stored written = cluster.create(key("a"), object("a")).orElseThrow();
        for (int minute = 0; minute < 11; minute++) {
            clock.awaitWaiting(1);
            clock.advance(Duration.ofMinutes(1));
        }
        clock.awaitWaiting(1);
        assertThat(quiet.compactedTo()).isEqualTo(written.revision());
        assertThatThrownBy(() -> cluster.at(written.revision() - 1)).isInstanceOf(CompactedException.class);
        cluster.close();
        quiet.close();
    }

    @Test
    void the_bytes_of_an_object_are_its_tree_with_its_version() {
        Stored stored = create("a", "x", "ü\"");
        var out = new ByteArrayOutputStream();
        stored.writeTo(out);
        assertThat(Json.read(out.toByteArray())).isEqualTo(stored.tree());
        var untyped = new ByteArrayOutputStream();
        stored.writeUntypedTo(untyped);
        assertThat(Json.read(untyped.toByteArray()))
                .isEqualTo(stored.tree().without("kind").without("apiVersion"));
        String frame = new String(stored.frame("ADDED"), StandardCharsets.UTF_8);
        assertThat(frame).endsWith("}\n");
        assertThat(Json.read(frame)).isEqualTo(ObjectTree.of("type", "ADDED", "object", stored.tree()));
    }

    @Test
    void an_object_that_enters_or_leaves_a_selector_is_added_or_deleted() throws Exception {
        Watch watch = state.watch(
                interest(object -> "1".equals(object.label("x")), null),
                state.now().revision());
        Stored a = create("a", "x", "0");
        a = replace(a, "x", "1");
        a = replace(a, "x", "1", "y", "2");
        a = replace(a, "x", "2");
        a = replace(a, "x", "1");
        state.delete(a);
        assertThat(told(watch, 5))
                .containsExactly("ADDED a 1", "MODIFIED a 1", "DELETED a 1", "ADDED a 1", "DELETED a 1");
    }

    @Test
    void a_watch_from_the_past_tells_what_has_happened_since() throws Exception {
        Stored a = create("a", "x", "1");
        replace(a, "x", "2");
        create("b", "x", "3");
        Watch watch = state.watch(everything(), a.revision());
        assertThat(told(watch, 2)).containsExactly("MODIFIED a 2", "ADDED b 3");
    }

    @Test
    void who_starts_again_on_the_same_store_remembers_the_same_past() throws Exception {
        Stored a = create("a", "x", "1");
        Stored changed = replace(a, "x", "2");
        create("b", "x", "3");
        state.delete(changed);
        try (var again = opened(KEPT)) {
            assertThat(again.now().revision()).isEqualTo(state.now().revision());
            assertThat(told(again.watch(everything(), a.revision()), 3))
                    .containsExactly("MODIFIED a 2", "ADDED b 3", "DELETED a 2");
            assertThat(again.at(changed.revision()).find(key("a")).orElseThrow().tree())
                    .isEqualTo(changed.tree());
        }
        store.compact(changed.revision());
        try (var again = opened(KEPT)) {
            assertThat(told(again.watch(everything(), changed.revision()), 2))
                    .containsExactly("ADDED b 3", "DELETED a 2");
            assertThatThrownBy(() -> again.watch(everything(), a.revision())).isInstanceOf(CompactedException.class);
        }
    }

    @Test
    void what_was_replaced_long_ago_is_small_and_still_read() throws Exception {
        int changes = 3_000;
        try (var cluster = opened(changes + 1, Long.MAX_VALUE)) {
            Stored first = cluster.create(key("a"), object("a", "x", "0")).orElseThrow();
            ObjectTree tree = first.tree();
            Stored last = first;
            for (int i = 1; i < changes; i++)
                last = cluster.replace(last, object("a", "x", Integer.toString(i)))
                        .orElseThrow();
            Stored old = cluster.at(first.revision()).find(key("a")).orElseThrow();
            assertThat(old.tree()).isEqualTo(tree).isNotSameAs(tree);
            assertThat(told(cluster.watch(everything(), first.revision()), 2))
                    .containsExactly("MODIFIED a 1", "MODIFIED a 2");
        }
    }

    @Test
    void no_more_of_the_past_is_remembered_than_the_window_has_room_for() {
        Stored last = create("a", "n", "0");
        for (int i = 1; i <= KEPT; i++) last = replace(last, "n", Integer.toString(i));
        long newest = last.revision();
        try (var again = opened(KEPT / 2)) {
            assertThat(again.now().find(key("a")).orElseThrow().label("n")).isEqualTo(Integer.toString(KEPT));
            assertThatThrownBy(() -> again.at(newest - KEPT / 2 - 1)).isInstanceOf(CompactedException.class);
        }
    }

    private ClusterState opened(int kept) {
        return opened(kept, 10_000);
    }

    private ClusterState opened(int kept, long bytes) {
        return new ClusterState(store, Clock.system(), new Window(kept, Duration.ofHours(1), bytes));
    }

    @Test
    void a_watch_of_one_name_is_not_even_asked_about_others() throws Exception {
        var asked = new AtomicInteger();
        Interest interest = interest(
                object -> {
                    asked.incrementAndGet();
                    return object.name().equals("b");
                },
                new FieldValue("metadata.name", "b"));
        Watch watch = state.watch(interest, state.now().revision());
        for (int i = 0; i < KEPT / 2; i++) create("a" + i, "x", "1");
        create("b", "x", "1");
        assertThat(told(watch, 1)).containsExactly("ADDED b 1");
        assertThat(asked).hasValue(1);
    }

    @Test
    void a_bookmark_says_how_far_everything_was_told() throws Exception {
        Watch watch = state.watch(everything(), state.now().revision());
        Stored a = create("a", "x", "1");
        assertThat(told(watch, 1)).containsExactly("ADDED a 1");
        watch.requestBookmark();
        assertThat(watch.take()).contains(new Event.Bookmark(a.revision()));
    }

    @Test
    void a_watcher_that_does_not_keep_up_is_closed() throws Exception {
        Watch watch = state.watch(everything(), state.now().revision());
        Stored a = create("a", "x", "0");
        for (int i = 0; i < 6000; i++) a = replace(a, "x", Integer.toString(i % 10));
        int events = 0;
        while (watch.take().isPresent()) events++;
        assertThat(events).isLessThan(6000);
    }

    @Test
    void a_watch_that_begins_with_what_is_there_tells_it_and_then_what_happens() throws Exception {
        create("a", "x", "1");
        create("b", "x", "2");
        Snapshot seen = state.now();
        Watch watch = state.watch(interest(object -> !"2".equals(object.label("x")), null), seen);
        create("c", "x", "3");
        assertThat(told(watch, 1)).containsExactly("ADDED a 1");
        assertThat(watch.take()).contains(new Event.Listed(seen.revision()));
        assertThat(told(watch, 1)).containsExactly("ADDED c 3");
    }

    @Test
    void who_does_not_take_what_was_there_keeps_nothing_that_is_forgotten() throws Exception {
        Stored last = create("a", "n", "0");
        create("b", "n", "0");
        Watch watch = state.watch(everything(), state.now());
        assertThat(told(watch, 1)).containsExactly("ADDED a null");
        for (int i = 1; i <= 2 * KEPT; i++) last = replace(last, "n", Integer.toString(i));
        await().until(() -> !watch.isListing());
        assertThat(watch.take()).isEmpty();
    }

    @Test
    void what_is_read_of_the_long_past_stays_small() throws Exception {
        try (var cluster = opened(2_000, Long.MAX_VALUE)) {
            Stored first = cluster.create(key("a"), object("a")).orElseThrow();
            assertThat(first.tree()).isSameAs(first.tree());
            Stored last = first;
            for (int i = 1; i < 1_500; i++)
                last = cluster.replace(last, object("a", "x", Integer.toString(i)))
                        .orElseThrow();
            Stored old = cluster.at(first.revision()).find(key("a")).orElseThrow();
            assertThat(old.tree()).isEqualTo(old.tree()).isNotSameAs(old.tree());
        }
    }

    @Test
    void any_history_is_what_a_list_of_all_states_says() throws Exception {
        var random = Randomness.seeded(7);
        var expected = new ArrayList<List<String>>();
        var now = new TreeMap<String, Stored>();
        long base = state.now().revision();
        for (int i = 0; i < 300; i++) {
            String name = "n" + random.below(6);
            Stored there = now.get(name);
            if (there == null) now.put(name, create(name, "i", Integer.toString(i)));
            else if (random.below(3) == 0) {
                state.delete(there);
                now.remove(name);
            } else now.put(name, replace(there, "i", Integer.toString(i)));
            expected.add(now.values().stream().map(ClusterStateTest::shown).toList());
        }
        for (int i = 300 - KEPT; i < 300; i++) {
            var seen = new ArrayList<String>();
            state.at(base + i + 1).list(ConfigMaps.DEFINITION, "").forEach((key, stored) -> seen.add(shown(stored)));
            assertThat(seen).isEqualTo(expected.get(i));
        }
    }

    private static String shown(Stored stored) {
        return stored.name() + "=" + stored.labels();
    }

    private static List<String> told(Watch watch, int count) throws InterruptedException {
        var told = new ArrayList<String>();
        while (told.size() < count) {
            Event event = watch.take().orElseThrow();
            if (event instanceof Event.Happened(var type, var object))
                told.add(type + " " + object.name() + " " + object.label("x"));
        }
        return told;
    }

    private static Interest everything() {
        return interest(any -> true, null);
    }

    private static Interest interest(Predicate<Stored> selected, @Nullable FieldValue only) {
        return new Interest(ConfigMaps.DEFINITION, Key.prefix(ConfigMaps.DEFINITION), selected, only);
    }

    private static String key(String name) {
        return Key.of(ConfigMaps.DEFINITION, "default", name);
    }

    private Stored create(String name, String... labels) {
        return state.create(key(name), object(name, labels)).orElseThrow();
    }

    private Stored replace(Stored seen, String... labels) {
        return state.replace(seen, object(seen.name(), labels)).orElseThrow();
    }

    private static ObjectTree object(String name, String... labels) {
        var map = ObjectTree.builder();
        for (int i = 0; i < labels.length; i += 2) map.put(labels[i], labels[i + 1]);
        return ObjectTree.of(
                "apiVersion", "v1",
                "kind", "ConfigMap",
                "metadata", ObjectTree.of("name", name, "namespace", "default", "labels", map.build(), "uid", "u"));
    }
}
