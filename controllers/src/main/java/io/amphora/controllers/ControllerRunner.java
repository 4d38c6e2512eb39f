package io.amphora.controllers;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.client.Client;
import io.amphora.client.EventRecorder;
import io.amphora.client.Index;
import io.amphora.client.Informer;
import io.amphora.client.Informers;
import io.amphora.client.Snapshot;
import io.amphora.client.Target;
import io.amphora.client.WorkQueue;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Runs one controller; the same for all of them. Has a few worker threads, each of which
/// takes a key, asks for the plan, and does it.
///
/// ```
///   informers ─ changes ─▶ keys ─ WorkQueue ─▶ worker: own writes seen? ─▶ plan ─▶ actions ─▶ server
///                                                ▲                                   │
///                                                └─ failed: after 5 ms … 1000 s; ────┘
///                                                   look again at T
/// ```
///
/// Of one key there is never more than one plan at a time, and the next one starts only when
/// the snapshots contain what the last one wrote (or after ten seconds, for a write that
/// nobody will ever see).
public final class ControllerRunner<T extends ApiObject> implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ControllerRunner.class.getName());
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Duration CATCH_UP = Duration.ofSeconds(1);
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private record Awaited(List<OwnWrite> writes, Deadline until) {}

    private final Controller<T> controller;
    private final Watches<T> watches;
    private final Client client;
    private final Informers informers;
    private final EventRecorder events;
    private final PlanThreads planThreads;
    private final Clock clock;
    private final Metrics metrics;
    private final int workers;
    private final WorkQueue<Key> queue;
    private final Map<Key, Awaited> awaited = new ConcurrentHashMap<>();
    private final Map<Key, Instant> lookedFor = new ConcurrentHashMap<>();
    private final Map<Key, Map<String, Instant>> noted = new ConcurrentHashMap<>();
    private final Map<Key, Duration> heard = new ConcurrentHashMap<>();
    private final Map<Target<?>, Informer<?>> followed = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile Kindred kindred;

    ControllerRunner(
            Controller<T> controller,
            Client client,
            Informers informers,
            Kindred kindred,
            PlanThreads planThreads,
            Clock clock,
            Metrics metrics,
            int workers) {
        this.controller = controller;
        this.watches = controller.watches();
        this.client = client;
        this.informers = informers;
        this.kindred = kindred;
        this.events = new EventRecorder(client, clock, controller.component());
        this.planThreads = planThreads;
        this.clock = clock;
        this.metrics = metrics;
        this.workers = workers;
        this.queue = new WorkQueue<>(clock);
    }

    /// Follows what the controller watches, and begins to work once everything is listed.
    void start() {
        if (watches.primary() != null) follow(watches.primary(), watches.indexes());
        for (Watches.Other<?> other : watches.others()) followOther(other);
        if (watches.primary() == null) for (Target<?> each : kindred.collectable()) followOneOfAll(each);
        threads.add(Thread.ofVirtual().name(controller.name()).start(this::begin));
    }

    private <O extends ApiObject> void followOther(Watches.Other<O> other) {
        follow(other.target(), other.indexes());
    }

    private <O extends ApiObject> Informer<O> follow(Target<O> target, List<Index<O>> indexes) {
        Informer<O> informer = informers.informer(target);
        for (Index<O> index : indexes) informer.withIndex(index);
        followed.put(target, informer);
        return informer;
    }

    private <O extends ApiObject> Informer<O> followOneOfAll(Target<O> target) {
        return follow(target, List.of(Index.byOwner()));
    }

    private void begin() {
        try {
            for (Informer<?> informer : followed.values())
                while (!informer.awaitSync(MINUTE))
                    LOG.log(System.Logger.Level.WARNING, "{0} waits for {1}", controller.name(), informer.target());
            for (Watches.Other<?> other : watches.others()) listen(other);
            if (watches.primary() != null) listenToPrimary(watches.primary());
            else for (Target<?> each : List.copyOf(followed.keySet())) listenToPrimary(each);
            for (int i = 0; i < workers; i++)
                threads.add(Thread.ofVirtual().name(controller.name() + "-" + i).start(this::work));
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private <O extends ApiObject> void listen(Watches.Other<O> other) {
        if (other.wakes() == null) return;
        informers
                .informer(other.target())
                .onChange((before, now) -> other.keys(before, now, look()).forEach(key -> {
                    if (other.isSign() && now != null) heard.put(key, clock.elapsed());
                    add(key);
                }));
    }

    @SuppressWarnings("unchecked") // objects of the primary kind are T; of any kind, T is ApiObject
    private <O extends ApiObject> void listenToPrimary(Target<O> target) {
        informers.informer(target).onChange((before, now) -> {
            hear(Key.of(target, now != null ? now : Objects.requireNonNull(before)), (T) before, (T) now);
            if (before != null && now != null && !watches.matters().test((T) before, (T) now)) return;
            add(Key.of(target, now != null ? now : Objects.requireNonNull(before)));
            watches.neighbours((T) before, (T) now, look()).forEach(this::add);
        });
    }

    private void hear(Key key, @Nullable T before, @Nullable T now) {
        if (watches.signs() == null) return;
        if (now == null) heard.remove(key);
        else if (before == null || watches.signs().test(before, now)) heard.put(key, clock.elapsed());
    }

    private Duration silence(Key key) {
        Duration last = heard.get(key);
        return last == null ? Duration.ZERO : clock.elapsed().minus(last);
    }

    /// The server serves other kinds than before.
    void kindredChanged(Kindred changed) {
        kindred = changed;
        if (watches.primary() != null) return;
        for (Target<?> target : changed.collectable()) if (!followed.containsKey(target)) followLate(target);
        for (Target<?> target : List.copyOf(followed.keySet()))
            if (!changed.collectable().contains(target)) followed.remove(target);
    }

    private <O extends ApiObject> void followLate(Target<O> target) {
        followOneOfAll(target);
        listenToPrimary(target);
    }

    private void add(Key key) {
        queue.add(key);
        metrics.queued(controller.name(), queue.size());
    }

    private void work() {
        try {
            for (Key key = queue.take(); key != null; key = queue.take()) {
                try {
                    work(key);
                } catch (ApiException unanswered) {
                    LOG.log(
                            System.Logger.Level.DEBUG,
                            "{0}: {1}: {2}",
                            controller.name(),
                            key,
                            unanswered.getMessage());
                    queue.addAfterFailure(key);
                } catch (RuntimeException bug) {
                    LOG.log(System.Logger.Level.ERROR, controller.name() + " cannot plan " + key, bug);
                    queue.addAfterFailure(key);
                } finally {
                    queue.done(key);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Key key) throws InterruptedException {
        if (!ownWritesAreSeen(key)) {
            queue.addAfter(key, POLL);
            return;
        }
        catchUp(key);
        Instant now = clock.now();
        Duration began = clock.elapsed();
        var execution = new PlanExecution(client, events, plan -> planThreads.compute(controller.name(), key, plan));
        Seen seen = withKinds(
                key,
                look().awaiting(lookedFor.get(key))
                        .noting(noted.getOrDefault(key, Map.of()))
                        .afterSilence(silence(key)));
        execution.run(() -> plan(key, seen, now));
        if (!execution.writes().isEmpty()) awaited.put(key, new Awaited(execution.writes(), clock.deadline(PATIENCE)));
        if (execution.notes().isEmpty()) noted.remove(key);
        else noted.put(key, execution.notes());
        Instant lookAgain = execution.lookAgain();
        if (lookAgain == null) lookedFor.remove(key);
        else {
            lookedFor.put(key, lookAgain);
            queue.addAfter(key, Duration.between(clock.now(), lookAgain).plusMillis(1));
        }
        ApiException failure = execution.failure();
        if (failure == null) queue.forget(key);
        else queue.addAfterFailure(key);
        if (failure != null && failure.code() != 409)
            LOG.log(System.Logger.Level.DEBUG, "{0}: {1}: {2}", controller.name(), key, failure.getMessage());
        metrics.worked(controller.name(), clock.elapsed().minus(began), failure != null);
    }

    @SuppressWarnings("unchecked") // keys of the primary kind name objects of type T
    private Seen withKinds(Key key, Seen seen) {
        boolean asks = seen.find(key)
                .map(object -> controller.asksForKinds((T) object))
                .orElse(false);
        return asks ? seen.serving(Kindred.of(client.discovery())) : seen;
    }

    @SuppressWarnings("unchecked") // keys of the primary kind name objects of type T
    private Plan plan(Key key, Seen seen, Instant now) {
        Optional<? extends ApiObject> object = seen.find(key);
        return object.isPresent()
                ? controller.plan((T) object.get(), seen, now)
                : controller.planWithout(key, seen, now);
    }

    private boolean ownWritesAreSeen(Key key) {
        Awaited waiting = awaited.get(key);
        if (waiting == null) return true;
        boolean seen = waiting.writes().stream().allMatch(this::isSeen);
        if (!seen && !waiting.until().isOver()) return false;
        awaited.remove(key);
        return true;
    }

    /// Whatever was written before the object was last written is to be seen as well: each
    /// kind's changes come on their own way, and a plan that sees a new owner without the
    /// objects it finds there would make them once more.
    private void catchUp(Key key) throws InterruptedException {
        if (watches.primary() == null) return; // looks closer before it acts
        Optional<? extends ApiObject> object = look().find(key);
        if (object.isEmpty()) return;
        long revision = OwnWrite.revision(object.get().tree().object("metadata").text("resourceVersion"));
        for (Informer<?> informer : followed.values()) informer.awaitRevision(revision, CATCH_UP);
    }

    private boolean isSeen(OwnWrite write) {
        @Nullable Informer<?> informer = followed.get(write.target());
        return informer == null || write.isContainedIn(informer.snapshot());
    }

    private Seen look() {
        var snapshots = new LinkedHashMap<Target<?>, Snapshot<?>>();
        followed.forEach((target, informer) -> {
            if (informer.hasSynced()) snapshots.put(target, informer.snapshot());
        });
        return new Seen(snapshots, kindred);
    }

    @Override
    public void close() {
        queue.close();
        threads.forEach(Thread::interrupt);
        events.close();
    }
}
