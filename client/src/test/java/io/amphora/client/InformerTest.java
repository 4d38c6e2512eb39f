package io.amphora.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiException;
import io.amphora.api.core.v1.Pod;
import io.amphora.api.core.v1.Pods;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final FakeTransport transport = new FakeTransport();
    private final Informer<Pod> informer =
            new Informer<>(new Client(transport, "test").resource(Pods.DEFINITION), Clock.system());
    private final List<String> told = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void stop() {
        informer.close();
    }

    @Test
    void what_is_listed_is_in_the_snapshot_and_the_watch_goes_on_from_there() throws Exception {
        list(10, pod("a", 7, "n1"), pod("b", 8, "n2"));
        informer.start();
        assertThat(informer.awaitSync(LONG)).isTrue();
        assertThat(names()).containsExactly("a", "b");
        assertThat(informer.snapshot().revision()).isEqualTo(10);
        assertThat(watch().request().parameter("resourceVersion")).isEqualTo("10");
    }

    @Test
    void events_change_the_snapshot_before_handlers_are_told() throws Exception {
        list(10, pod("a", 7, "n1"));
        informer.onChange((before, now) ->
                told.add(describe(before, now) + " of " + informer.snapshot().size()));
        informer.start();
        var watch = watch();
        watch.tell("ADDED", pod("b", 11, "n1"));
        watch.tell("MODIFIED", pod("b", 12, "n2"));
        watch.tell("DELETED", pod("a", 13, "n1"));
        watch.tell("BOOKMARK", pod("", 20, ""));
        assertThat(told).containsExactly("+a@7 of 1", "+b@11 of 2", "b@11->12 of 2", "-a@13 of 1");
        assertThat(informer.snapshot().revision()).isEqualTo(20);
    }

    @Test
    void an_index_finds_objects_by_a_field_as_it_is_now() throws Exception {
        Index<Pod> node = Index.byField("spec", "nodeName");
        list(10, pod("a", 7, "n1"), pod("b", 8, "n2"));
        informer.withIndex(node).start();
        var watch = watch();
        watch.tell("MODIFIED", pod("b", 11, "n1"));
        assertThat(informer.snapshot().by(node, "n1")).extracting(Pod::name).containsExactly("a", "b");
        assertThat(informer.snapshot().by(node, "n2")).isEmpty();
    }

    @Test
    void a_snapshot_in_hand_never_changes() throws Exception {
        list(10, pod("a", 7, "n1"));
        informer.start();
        var watch = watch();
        Snapshot<Pod> before = informer.snapshot();
        watch.tell("DELETED", pod("a", 11, "n1"));
        assertThat(before.find("default", "a")).isPresent();
        assertThat(informer.snapshot().find("default", "a")).isEmpty();
    }

    @Test
    void a_watch_that_ends_is_opened_again_where_it_ended() throws Exception {
        list(10, pod("a", 7, "n1"));
        informer.start();
        var first = watch();
        first.tell("BOOKMARK", pod("", 15, ""));
        first.closed().run();
        assertThat(watch().request().parameter("resourceVersion")).isEqualTo("15");
        first.tell("DELETED", pod("a", 16, "n1"));
        assertThat(names()).containsExactly("a");
    }

    @Test
    void what_is_forgotten_is_listed_anew_and_the_difference_told() throws Exception {
        list(10, pod("a", 7, "n1"), pod("b", 8, "n1"), pod("c", 9, "n1"));
        informer.start();
        var first = watch();
        informer.onChange((before, now) -> told.add(describe(before, now)));
        told.clear();
        list(30, pod("a", 7, "n1"), pod("b", 25, "n1"), pod("d", 26, "n1"));
        first.tell("ERROR", ApiException.of(410, "Expired", "too old").status());
        assertThat(watch().request().parameter("resourceVersion")).isEqualTo("30");
        assertThat(told).containsExactlyInAnyOrder("b@8->25", "-c@9", "+d@26");
    }

    @Test
    void a_refused_watch_of_a_forgotten_revision_lists_anew() throws Exception {
        list(10, pod("a", 7, "n1"));
        transport.refusal = request -> {
            transport.refusal = other -> ObjectTree.EMPTY;
            list(40, pod("z", 39, "n1"));
            return ApiException.of(410, "Expired", "too old").status();
        };
        informer.start();
        assertThat(watch().request().parameter("resourceVersion")).isEqualTo("40");
        assertThat(names()).containsExactly("z");
    }

    @Test
    void a_handler_that_comes_late_is_told_of_what_is_there() throws Exception {
        list(10, pod("a", 7, "n1"));
        informer.start();
        assertThat(informer.awaitSync(LONG)).isTrue();
        informer.onChange((before, now) -> told.add(describe(before, now)));
        assertThat(told).containsExactly("+a@7");
    }

    @Test
    void a_revision_is_known_to_be_reached_when_a_bookmark_says_so() throws Exception {
        list(10);
        informer.start();
        var watch = watch();
        assertThat(informer.awaitRevision(12, Duration.ofMillis(1))).isFalse();
        watch.tell("BOOKMARK", pod("", 12, ""));
        assertThat(informer.awaitRevision(12, LONG)).isTrue();
    }

    private FakeTransport.OpenWatch watch() throws InterruptedException {
        var watch = transport.watches.poll(10, TimeUnit.SECONDS);
        assertThat(watch).isNotNull();
        return java.util.Objects.requireNonNull(watch);
    }

    private Stream<String> names() {
        return informer.snapshot().list().stream().map(Pod::name);
    }

    private void list(long revision, ObjectTree... pods) {
        var items = ListTree.of((Tree[]) pods);
        transport.answer = request ->
                ObjectTree.of("metadata", ObjectTree.of("resourceVersion", Long.toString(revision)), "items", items);
    }

    private static ObjectTree pod(String name, long version, String node) {
        return ObjectTree.of(
                "metadata",
                ObjectTree.of("name", name, "namespace", "default", "resourceVersion", Long.toString(version)),
                "spec",
                ObjectTree.of("nodeName", node));
    }

    private static String describe(
            @org.jspecify.annotations.Nullable Pod before, @org.jspecify.annotations.Nullable Pod now) {
        if (before == null) return now == null ? "?" : "+" + now.name() + "@" + version(now);
        return now == null
                ? "-" + before.name() + "@" + version(before)
                : now.name() + "@" + version(before) + "->" + version(now);
    }

    private static String version(Pod pod) {
        return pod.metadata().resourceVersion();
    }
}
