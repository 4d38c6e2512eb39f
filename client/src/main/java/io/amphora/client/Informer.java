package io.amphora.client;

import io.amphora.api.ApiException;
import io.amphora.api.ApiObject;
import io.amphora.api.transport.Transport.Subscription;
import io.amphora.api.transport.Transport.WatchEvent;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// Follows all objects of one kind: has a thread that lists them once and then watches. What it knows is read
/// as an
/// immutable [Snapshot] from any thread; handlers are told of each change after the snapshot contains it.
///
/// A watch that ends is opened again where it ended; only when the server has forgotten that revision (410) the
/// objects are listed anew, and handlers are told what differs.
public final class Informer<T extends ApiObject> implements AutoCloseable {

    /// Told of changes, one after the other; must be quick and must not throw.
    public interface Handler<T> {
        /// @param before null for an object that is new
        /// @param now null for an object that is gone
        void changed(@Nullable T before, @Nullable T now);
    }

    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration MOMENT = Duration.ofMillis(5);
    private static final Duration LAST_PAUSE = Duration.ofSeconds(10);

    private final Resource<T> resource;
    private final ListOptions which;
    private final Clock clock;
    private final List<Handler<T>> handlers = new CopyOnWriteArrayList<>();
    private final CountDownLatch synced = new CountDownLatch(1);
    private volatile Snapshot<T> snapshot = Snapshot.empty(List.of());
    private volatile String resumeAt = "";
    private volatile boolean closed;
    private @Nullable Thread thread;
    private volatile @Nullable Subscription subscription;
    private int watchNumber;

    /// @param resource the kind, in all namespaces or in one
    /// @param which label and field selectors, if only some objects are wanted
    public Informer(Resource<T> resource, ListOptions which, Clock clock) {
        this.resource = resource;
        this.which = which;
        this.clock = clock;
    }

    public Informer(Resource<T> resource, Clock clock) {
        this(resource, ListOptions.ALL, clock);
    }

    public Target<T> target() {
        return resource.target();
    }

    /// Looks objects up by more than their names; may be called at any time.
    public synchronized Informer<T> withIndex(Index<T> index) {
        snapshot = snapshot.withIndex(index);
        return this;
    }

    /// Tells `handler` of all objects that are known, and of each change from then on.
    public synchronized Informer<T> onChange(Handler<T> handler) {
        for (T object : snapshot.list()) handler.changed(null, object);
        handlers.add(handler);
        return this;
    }

    public Snapshot<T> snapshot() {
        return snapshot;
    }

    /// Whether the first list is in the snapshot.
    public boolean hasSynced() {
        return synced.getCount() == 0;
    }

    /// Waits for the first list.
    ///
    /// @return false when it did not come in time
    public boolean awaitSync(Duration atMost) throws InterruptedException {
        return synced.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }

    /// Waits until the snapshot contains all that happened up to a revision, also where nothing did.
    ///
    /// @return false when it is not known to after `atMost`; a server far away cannot be asked, and is waited for
    ///     only a moment
    public boolean awaitRevision(long revision, Duration atMost) throws InterruptedException {
        if (snapshot.revision() >= revision) return true;
        Subscription open = subscription;
        boolean asked = open != null && open.requestBookmark();
        Duration patience = asked || atMost.compareTo(MOMENT) < 0 ? atMost : MOMENT;
        var over = new AtomicBoolean();
        Clock.Timer end = clock.after(patience, () -> {
            over.set(true);
            wake();
        });
        try {
            synchronized (this) {
                while (snapshot.revision() < revision && !over.get() && !closed) wait();
            }
        } finally {
            end.cancel();
        }
        return snapshot.revision() >= revision;
    }

    private synchronized void wake() {
        notifyAll();
    }

    /// Begins to follow; once.
    public synchronized Informer<T> start() {
        if (thread == null && !closed)
            thread = Thread.ofVirtual().name("informer-" + target()).start(this::follow);
        return this;
    }

    private void follow() {
        Duration pause = FIRST_PAUSE;
        try {
            while (!closed) {
                try {
                    if (resumeAt.isEmpty()) relist();
                    watchUntilItEnds();
                    pause = FIRST_PAUSE;
                } catch (ApiException refused) {
                    if (refused.code() == 410) resumeAt = "";
                    clock.sleep(pause);
                    pause = longer(pause);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration longer(Duration pause) {
        return pause.multipliedBy(2).compareTo(LAST_PAUSE) > 0 ? LAST_PAUSE : pause.multipliedBy(2);
    }

    private void relist() {
        Page<T> list = resource.listAll(which);
        replace(list.items(), revision(list.resourceVersion()));
        resumeAt = list.resourceVersion();
        synced.countDown();
    }

    private synchronized void replace(List<T> items, long at) {
        if (closed) return;
        Snapshot<T> old = snapshot;
        Snapshot<T> changed = old;
        var changes = new ArrayList<Runnable>();
        var listed = new HashSet<String>();
        for (T item : items) {
            listed.add(Snapshot.key(item.namespace(), item.name()));
            T before = old.find(item.namespace(), item.name()).orElse(null);
            if (before != null && before.tree().equals(item.tree())) continue;
            changed = changed.with(item, at);
            changes.add(() -> tell(before, item));
        }
        for (T before : old.list()) {
            if (listed.contains(Snapshot.key(before.namespace(), before.name()))) continue;
            changed = changed.without(before.namespace(), before.name(), at);
            changes.add(() -> tell(before, null));
        }
        snapshot = changed.at(at);
        changes.forEach(Runnable::run);
        notifyAll();
    }

    private void watchUntilItEnds() throws InterruptedException {
        var ended = new Semaphore(0);
        int number;
        synchronized (this) {
            number = ++watchNumber;
        }
        var options = which.withResourceVersion(resumeAt).withBookmarks();
        Subscription opened = resource.watch(options, event -> happened(number, event, ended), ended::release);
        if (!keep(opened)) return;
        try {
            ended.acquire();
        } finally {
            stopWatching();
        }
    }

    private synchronized boolean keep(Subscription opened) {
        if (closed) {
            opened.close();
            return false;
        }
        subscription = opened;
        return true;
    }

    private void stopWatching() {
        Subscription open;
        synchronized (this) {
            watchNumber++;
            open = subscription;
            subscription = null;
        }
        if (open != null) open.close();
    }

    /// Runs on the transport's thread. Events of a watch that was given up come too late and are dropped.
    private synchronized void happened(int number, WatchEvent event, Semaphore ended) {
        if (number != watchNumber || closed) return;
        ObjectTree tree = event.object();
        if (event.type().equals("ERROR")) {
            if (tree.whole("code") == 410) resumeAt = "";
            ended.release();
            return;
        }
        String version = tree.object("metadata").text("resourceVersion");
        switch (event.type()) {
            case "ADDED", "MODIFIED" -> {
                T now = resource.view(resource.withKind(tree));
                T before = snapshot.find(now.namespace(), now.name()).orElse(null);
                snapshot = snapshot.with(now, revision(version));
                tell(before, now);
            }
            case "DELETED" -> {
                T last = resource.view(resource.withKind(tree));
                T before = snapshot.find(last.namespace(), last.name()).orElse(null);
                snapshot = snapshot.without(last.namespace(), last.name(), revision(version));
                if (before != null) tell(last, null);
            }
            default -> snapshot = snapshot.at(revision(version));
        }
        resumeAt = version;
        notifyAll();
    }

    private void tell(@Nullable T before, @Nullable T now) {
        for (Handler<T> handler : handlers) handler.changed(before, now);
    }

    /// Resource versions are decimal numbers that rise (KEP-5504); whoever serves others gets 0, which contains
    /// nothing.
    static long revision(String version) {
        try {
            return version.isEmpty() ? 0 : Long.parseLong(version);
        } catch (NumberFormatException foreign) {
            return 0;
        }
    }

    @Override
    public void close() {
        Thread running;
        synchronized (this) {
            closed = true;
            running = thread;
            notifyAll();
        }
        stopWatching();
        if (running != null) running.interrupt();
    }
}
