package io.amphora.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.amphora.store.Store.Change;
import io.amphora.store.Store.Entry;
import io.amphora.store.Store.Expect;
import io.amphora.store.Store.Outcome.Conflict;
import io.amphora.store.Store.Outcome.Written;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What every store does.
abstract class StoreContract {
    Store store;

    abstract Store newStore();

    @BeforeEach
    void open() {
        store = newStore();
    }

    @AfterEach
    void close() {
        store.close();
    }

    // ---- writing

    /// @param key "there" was written twice, "gone" written and deleted, "never" not touched; both live ones are
    ///     at revision 2
    /// @param written whether the write is done
    record Case(String key, Function<Long, Expect> expect, boolean delete, boolean written) {
        @Override
        public String toString() {
            return (delete ? "delete " : "put ") + key + " expecting " + expect.apply(2L)
                    + (written ? " is done" : " is a conflict");
        }
    }

    static List<Case> cases() {
        return List.of(
                new Case("there", r -> Expect.ANYTHING, false, true),
                new Case("there", r -> Expect.PRESENT, false, true),
                new Case("there", r -> Expect.ABSENT, false, false),
                new Case("there", r -> Expect.at(r), false, true),
                new Case("there", r -> Expect.at(r - 1), false, false),
                new Case("there", r -> Expect.at(r + 1), false, false),
                new Case("there", r -> Expect.at(0), false, false),
                new Case("gone", r -> Expect.ANYTHING, false, true),
                new Case("gone", r -> Expect.PRESENT, false, false),
                new Case("gone", r -> Expect.ABSENT, false, true),
                new Case("gone", r -> Expect.at(4), false, false),
                new Case("never", r -> Expect.ANYTHING, false, true),
                new Case("never", r -> Expect.PRESENT, false, false),
                new Case("never", r -> Expect.ABSENT, false, true),
                new Case("never", r -> Expect.at(0), false, false),
                new Case("there", r -> Expect.ANYTHING, true, true),
                new Case("there", r -> Expect.PRESENT, true, true),
                new Case("there", r -> Expect.ABSENT, true, false),
                new Case("there", r -> Expect.at(r), true, true),
                new Case("there", r -> Expect.at(r - 1), true, false),
                new Case("gone", r -> Expect.ANYTHING, true, false),
                new Case("gone", r -> Expect.ABSENT, true, false),
                new Case("gone", r -> Expect.at(4), true, false),
                new Case("never", r -> Expect.ANYTHING, true, false),
                new Case("never", r -> Expect.PRESENT, true, false));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_write_is_done_exactly_when_the_key_is_as_expected(Case c) {
        put("there", "one");
        put("there", "two");
        put("gone", "x");
        store.delete("gone", Expect.ANYTHING);
        var before = store.find(c.key).orElse(null);

        var expect = c.expect.apply(2L);
        var outcome = c.delete ? store.delete(c.key, expect) : store.put(c.key, bytes("new"), expect);

        if (c.written) {
            assertThat(outcome).isInstanceOf(Written.class);
            assertThat(((Written) outcome).revision()).isEqualTo(5);
            assertThat(text(((Written) outcome).previous())).isEqualTo(text(before));
            assertThat(store.find(c.key).map(StoreContract::text).orElse("absent"))
                    .isEqualTo(c.delete ? "absent" : c.key + "=new@5 since " + (before == null ? 5 : 1));
            assertThat(store.revision()).isEqualTo(5);
        } else {
            assertThat(outcome).isInstanceOf(Conflict.class);
            assertThat(text(((Conflict) outcome).current())).isEqualTo(text(before));
            assertThat(store.find(c.key).map(StoreContract::text).orElse("absent"))
                    .isEqualTo(text(before));
            assertThat(store.revision()).isEqualTo(4);
        }
    }

    @Test
    void revisions_rise_by_one_over_all_keys_and_conflicts_take_none() {
        assertThat(store.revision()).isZero();
        assertThat(put("a", "1")).isEqualTo(1);
        assertThat(put("b", "1")).isEqualTo(2);
        store.put("a", bytes("2"), Expect.ABSENT);
        assertThat(put("a", "2")).isEqualTo(3);
        assertThat(((Written) store.delete("b", Expect.PRESENT)).revision()).isEqualTo(4);
        assertThat(store.revision()).isEqualTo(4);
        assertThat(text(store.find("a").orElseThrow())).isEqualTo("a=2@3 since 1");
    }

    @Test
    void a_key_that_comes_back_is_created_anew() {
        put("a", "1");
        store.delete("a", Expect.ANYTHING);
        put("a", "2");
        put("a", "3");
        assertThat(text(store.find("a").orElseThrow())).isEqualTo("a=3@4 since 3");
    }

    @Test
    void an_empty_value_is_a_value() {
        put("a", "");
        assertThat(store.find("a")).get().extracting(Entry::value).isEqualTo(new byte[0]);
        assertThat(store.list("a", 1).entries()).hasSize(1);
    }

    @Test
    void a_large_value_comes_back_whole() {
        var value = new byte[5 << 20];
        for (int i = 0; i < value.length; i++) value[i] = (byte) (i * 31 + i / 251);
        store.put("large", value, Expect.ABSENT);
        assertThat(store.find("large").orElseThrow().value()).isEqualTo(value);
    }

    @Test
    void a_key_that_is_no_text_is_refused() {
        assertThatThrownBy(() -> put("a\ud800b", "1"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("index 1");
        assertThatThrownBy(() -> put("a\udc00", "1")).isInstanceOf(IllegalArgumentException.class);
        assertThat(put("a\ud83d\ude00", "1")).isEqualTo(1);
        assertThat(store.find("a\ud83d\ude00")).isPresent();
    }

    @Test
    void of_many_writers_that_saw_the_same_revision_exactly_one_wins() throws Exception {
        put("counter", "0");
        int writers = 16;
        int rounds = 40;
        var won = new AtomicLong();
        inParallel(writers, writer -> {
            for (int done = 0; done < rounds; ) {
                var seen = store.find("counter").orElseThrow();
                long next = Long.parseLong(new String(seen.value(), UTF_8)) + 1;
                if (store.put("counter", bytes(Long.toString(next)), Expect.at(seen.revision()))
                        instanceof Written at) {
                    assertThat(at.previous())
                            .isNotNull()
                            .extracting(Entry::revision)
                            .isEqualTo(seen.revision());
                    won.incrementAndGet();
                    done++;
                }
            }
        });
        assertThat(won).hasValue((long) writers * rounds);
        assertThat(new String(store.find("counter").orElseThrow().value(), UTF_8))
                .isEqualTo(Integer.toString(writers * rounds));
        assertThat(store.revision()).isEqualTo(writers * rounds + 1L);
    }

    @Test
    void many_writers_of_many_keys_get_each_revision_once() throws Exception {
        var revisions = ConcurrentHashMap.<Long>newKeySet();
        inParallel(24, writer -> {
            for (int i = 0; i < 50; i++)
                assertThat(revisions.add(put("w/" + writer + "/" + i, "v"))).isTrue();
        });
        assertThat(revisions)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.rangeClosed(1, 1200).boxed().toList());
        assertThat(store.list("w/", 0).entries()).hasSize(1200);
    }

    // ---- listing

    @ParameterizedTest
    @CsvSource({
        "'',     '/a /a/ /a/b /a/c /ab /b \ud83d\ude00'",
        "/,      '/a /a/ /a/b /a/c /ab /b'",
        "/a,     '/a /a/ /a/b /a/c /ab'",
        "/a/,    '/a/ /a/b /a/c'",
        "/a/c,   /a/c",
        "/a/cc,  ''",
        "/c,     ''",
        "\ud83d\ude00, \ud83d\ude00",
        "0,      ''"
    })
    void a_list_has_the_keys_with_the_prefix_in_order(String prefix, String keys) {
        for (var key : List.of("/b", "/a/c", "/ab", "\ud83d\ude00", "/a/", "/a", "/a/b")) put(key, key);
        assertThat(String.join(
                        " ",
                        store.list(prefix, 0).entries().stream().map(Entry::key).toList()))
                .isEqualTo(keys);
        assertThat(store.list(prefix, 0).revision()).isEqualTo(7);
    }

    @Test
    void keys_are_in_the_order_of_their_bytes() {
        for (var key : List.of("\uffee", "\ud83d\ude00", "\u00e9", "z", "\ue000")) put(key, "");
        assertThat(store.list("", 0).entries())
                .extracting(Entry::key)
                .containsExactly("z", "\u00e9", "\ue000", "\uffee", "\ud83d\ude00");
    }

    @Test
    void every_past_revision_is_listed_as_it_was() {
        var states = new ArrayList<String>();
        states.add("");
        for (int i = 0; i < 300; i++) {
            var key = "k/" + (i * 7 % 13);
            if (i % 5 == 4 && store.find(key).isPresent()) store.delete(key, Expect.ANYTHING);
            else put(key, "v" + i);
            states.add(contents("k/", 0));
        }
        for (int revision = 1; revision < states.size(); revision++) {
            assertThat(contents("k/", revision)).as("revision %d", revision).isEqualTo(states.get(revision));
            assertThat(store.list("k/", revision).revision()).isEqualTo(revision);
        }
        assertThat(contents("k/1", 13))
                .isEqualTo(List.of(states.get(13).split("; ")).stream()
                        .filter(e -> e.startsWith("k/1"))
                        .reduce((a, b) -> a + "; " + b)
                        .orElse(""));
    }

    @Test
    void a_revision_not_written_yet_is_neither_listed_nor_compacted() {
        put("a", "1");
        assertThatThrownBy(() -> store.list("", 2))
                .isInstanceOf(StoreException.class)
                .hasMessage("revision 2 is not written yet, the last is 1");
        assertThatThrownBy(() -> store.compact(2))
                .isInstanceOf(StoreException.class)
                .hasMessage("revision 2 is not written yet, the last is 1");
    }

    // ---- watching

    @Test
    void a_watch_is_told_what_was_and_what_becomes_of_its_prefix_with_what_was_there_before() {
        put("a/1", "one");
        put("b/1", "other");
        put("a/1", "two");
        var log = new Log();
        store.watch("a/", 0, log);
        assertThat(log.lines())
                .containsExactly("a/1=one@1 since 1 was absent", "a/1=two@3 since 1 was a/1=one@1 since 1");
        store.delete("a/1", Expect.ANYTHING);
        put("b/1", "other");
        put("a/1", "three");
        assertThat(log.lines().subList(2, 4))
                .containsExactly("a/1 deleted@4 since 1 was a/1=two@3 since 1", "a/1=three@6 since 6 was absent");
        assertThat(log.lines()).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({"0,5", "1,4", "4,1", "5,0"})
    void a_watch_begins_right_after_the_revision_given(long after, int told) {
        for (int i = 1; i <= 5; i++) put("k", "v" + i);
        var log = new Log();
        store.watch("", after, log);
        assertThat(log.revisions())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(after + 1, 5).boxed().toList())
                .hasSize(told);
        put("k", "v6");
        assertThat(log.revisions()).endsWith(6L).hasSize(told + 1);
    }

    @Test
    void a_watch_from_the_future_waits_for_it() {
        var log = new Log();
        store.watch("", 2, log);
        for (int i = 1; i <= 4; i++) put("k", "v" + i);
        assertThat(log.revisions()).containsExactly(3L, 4L);
    }

    @Test
    void a_closed_watch_is_told_no_more() {
        var log = new Log();
        var watch = store.watch("", 0, log);
        put("k", "1");
        watch.close();
        put("k", "2");
        assertThat(log.revisions()).containsExactly(1L);
    }

    @Test
    void who_has_written_has_been_told_and_finds_what_he_was_told() throws Exception {
        var log = new Log();
        store.watch("", 0, changes -> {
            var last = changes.getLast();
            assertThat(store.revision()).isGreaterThanOrEqualTo(last.revision());
            assertThat(store.find(last.key())).isPresent();
            log.changed(changes);
        });
        inParallel(8, writer -> {
            for (int i = 0; i < 40; i++) {
                long written = put("k" + writer, "v");
                assertThat(log.revisions()).contains(written);
            }
        });
        assertThat(log.revisions()).hasSize(320);
    }

    @Test
    void watches_begun_amid_writing_are_told_everything_once_and_in_order() throws Exception {
        int writers = 6;
        int writes = 400;
        var logs = Collections.synchronizedList(new ArrayList<Log>());
        inParallel(writers + 4, worker -> {
            if (worker < writers) {
                for (int i = 0; i < writes; i++) put("k/" + worker, "v" + i);
            } else {
                for (int i = 0; i < 15; i++) {
                    var log = new Log();
                    store.watch("k/", 0, log);
                    logs.add(log);
                }
            }
        });
        var everything =
                LongStream.rangeClosed(1, (long) writers * writes).boxed().toList();
        assertThat(logs)
                .hasSize(60)
                .allSatisfy(log -> assertThat(log.revisions()).isEqualTo(everything));
    }

    @Test
    void a_listener_that_fails_harms_nobody_else() {
        var quiet = silenced();
        var log = new Log();
        store.watch("", 0, changes -> {
            throw new IllegalStateException("expected by a test");
        });
        store.watch("", 0, log);
        put("k", "1");
        put("k", "2");
        assertThat(log.revisions()).containsExactly(1L, 2L);
        quiet.setLevel(null);
    }

    @Test
    void a_listener_that_writes_is_dropped() {
        var quiet = silenced();
        store.watch("", 0, changes -> put("mine", "forbidden"));
        put("k", "1");
        assertThat(store.revision()).isEqualTo(1);
        assertThat(put("k", "2")).isEqualTo(2);
        quiet.setLevel(null);
    }

    /// The log tells of a listener that fails; these do so on purpose.
    private static Logger silenced() {
        var logger = Logger.getLogger(Watchers.class.getName());
        logger.setLevel(Level.OFF);
        return logger;
    }

    // ---- compacting

    @Test
    void what_is_compacted_is_refused_and_the_rest_is_as_it_was() {
        for (int i = 1; i <= 10; i++) put("k" + i % 3, "v" + i);
        store.delete("k0", Expect.ANYTHING); // 11
        put("k1", "v12");
        var later = List.of(contents("", 9), contents("", 10), contents("", 11), contents("", 12));

        store.compact(9);

        assertThat(store.compactedTo()).isEqualTo(9);
        assertThatThrownBy(() -> store.list("", 8))
                .asInstanceOf(type(CompactedException.class))
                .extracting(CompactedException::oldest)
                .isEqualTo(9L);
        assertThatThrownBy(() -> store.watch("", 8, new Log()))
                .asInstanceOf(type(CompactedException.class))
                .extracting(CompactedException::oldest)
                .isEqualTo(9L);
        assertThat(List.of(contents("", 9), contents("", 10), contents("", 11), contents("", 12)))
                .isEqualTo(later);
        var log = new Log();
        store.watch("", 9, log);
        assertThat(log.lines())
                .containsExactly(
                        "k1=v10@10 since 1 was k1=v7@7 since 1",
                        "k0 deleted@11 since 3 was k0=v9@9 since 3",
                        "k1=v12@12 since 1 was k1=v10@10 since 1");
    }

    @Test
    void compacting_everything_keeps_what_lives() {
        for (int i = 0; i < 1200; i++) put("k" + i % 10, "v" + i);
        store.delete("k3", Expect.ANYTHING);
        var now = contents("", 0);
        store.compact(store.revision());
        assertThat(contents("", 0)).isEqualTo(now);
        assertThat(contents("", 1201)).isEqualTo(now);
        assertThat(store.compactedTo()).isEqualTo(1201);
        var log = new Log();
        store.watch("", 1201, log);
        assertThat(put("k3", "again")).isEqualTo(1202);
        assertThat(log.lines()).containsExactly("k3=again@1202 since 1202 was absent");
    }

    @Test
    void compacting_again_or_further_back_changes_nothing() {
        for (int i = 0; i < 5; i++) put("k", "v" + i);
        store.compact(4);
        store.compact(4);
        store.compact(2);
        assertThat(store.compactedTo()).isEqualTo(4);
        assertThat(contents("", 4)).isEqualTo("k=v3@4 since 1");
    }

    @Test
    void readers_amid_compaction_find_what_they_ask_for_or_are_told_that_it_is_compacted() throws Exception {
        for (int i = 0; i < 8; i++) put("k/" + i, "0");
        inParallel(6, worker -> {
            for (int i = 0; i < 150; i++) {
                if (worker < 2) put("k/" + i % 8, "v" + i);
                else if (worker == 2) store.compact(store.revision());
                else if (worker == 3) assertThat(store.find("k/" + i % 8)).isPresent();
                else if (worker == 4) assertThat(store.list("k/", 0).entries()).hasSize(8);
                else listedOrCompacted(Math.max(8, store.revision() - 1));
            }
        });
    }

    private void listedOrCompacted(long revision) {
        try {
            assertThat(store.list("k/", revision).entries()).hasSize(8).allMatch(entry -> entry.revision() <= revision);
        } catch (CompactedException compacted) {
            assertThat(compacted.oldest()).isGreaterThan(revision);
        }
    }

    // ---- closing

    @Test
    void a_closed_store_refuses_everything() {
        put("a", "1");
        store.close();
        store.close();
        List<Callable<?>> calls = List.of(
                store::revision,
                store::compactedTo,
                () -> store.find("a"),
                () -> store.list("", 0),
                () -> put("a", "2"),
                () -> store.delete("a", Expect.ANYTHING),
                () -> store.watch("", 0, new Log()),
                () -> {
                    store.compact(1);
                    return 0;
                });
        for (var call : calls)
            assertThatThrownBy(call::call).isInstanceOf(StoreException.class).hasMessage("the store is closed");
    }

    @Test
    void closing_amid_writes_answers_every_writer() throws Exception {
        inParallel(8, worker -> {
            try {
                for (int i = 0; true; i++) {
                    put("k" + worker, "v");
                    if (worker == 0 && i == 20) store.close();
                }
            } catch (StoreException closed) {
                assertThat(closed).hasMessage("the store is closed");
            }
        });
    }

    // ---- tools

    /// Remembers what it is told.
    static final class Log implements Store.Listener {
        private final List<Change> changes = new ArrayList<>();

        @Override
        public synchronized void changed(List<Change> news) {
            if (news.isEmpty()) throw new AssertionError("told of nothing");
            changes.addAll(news);
        }

        synchronized List<Long> revisions() {
            return changes.stream().map(Change::revision).toList();
        }

        synchronized List<String> lines() {
            return changes.stream()
                    .map(c -> c.key() + (c.value() == null ? " deleted" : "=" + new String(c.value(), UTF_8)) + "@"
                            + c.revision() + " since " + c.createdAt() + " was " + text(c.previous()))
                    .toList();
        }
    }

    interface Work {
        void run(int worker) throws Exception;
    }

    static void inParallel(int workers, Work work) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var all = IntStream.range(0, workers)
                    .mapToObj(worker -> threads.submit(() -> {
                        work.run(worker);
                        return worker;
                    }))
                    .toList();
            for (Future<?> one : all) one.get();
        }
    }

    long put(String key, String value) {
        return ((Written) store.put(key, bytes(value), Expect.ANYTHING)).revision();
    }

    String contents(String prefix, long revision) {
        return String.join(
                "; ",
                store.list(prefix, revision).entries().stream()
                        .map(StoreContract::text)
                        .toList());
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    static String text(@Nullable Entry entry) {
        return entry == null
                ? "absent"
                : entry.key() + "=" + new String(entry.value(), UTF_8) + "@" + entry.revision() + " since "
                        + entry.createdAt();
    }
}
