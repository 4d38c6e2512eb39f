package io.amphora.apiserver.state;

import io.amphora.api.ResourceDefinition;
import io.amphora.store.CompactedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Has one thread, which tells every change to the watchers that may care, so that no writer waits for a
/// watcher.
///
/// Watchers are grouped by kind, and within a kind by the field value they insist on, if any: a change costs
/// what its own audience costs, however many others there are.
final class WatchHub implements AutoCloseable {
    private final History history;
    private final Map<String, Audience> audiences = new HashMap<>();
    private final Thread thread;
    private final long most;
    /// Those that have not told yet what was there when they began.
    private final Set<Watch> listing = new HashSet<>();
    private final List<End> ending = new ArrayList<>();
    /// Bytes that are queued for all watchers.
    private final AtomicLong queued = new AtomicLong();
    private long told;

    /// @param most bytes that may be queued for all watchers together
    WatchHub(History history, long most) {
        this.history = history;
        this.most = most;
        this.told = history.last();
        this.thread = Thread.ofVirtual().name("watch-hub").start(this::run);
    }

    /// Tells a watcher of what `interest` covers, after `revision`.
    ///
    /// @throws CompactedException when changes right after `revision` are forgotten
    synchronized Watch open(Interest interest, long revision) {
        if (revision < history.first()) throw new CompactedException(revision, history.first());
        List<Change> past = revision < told ? history.between(revision, told) : List.of();
        var watch = new Watch(interest, Math.max(revision, told), this, past);
        audiences
                .computeIfAbsent(Key.prefix(interest.kind()), prefix -> new Audience())
                .add(watch);
        return watch;
    }

    /// Tells a watcher what is there in `snapshot`, then what happens.
    ///
    /// @throws CompactedException when changes right after `snapshot` are forgotten
    synchronized Watch open(Interest interest, Snapshot snapshot) {
        Watch watch = open(interest, snapshot.revision());
        watch.beginWith(snapshot);
        listing.add(watch);
        return watch;
    }

    synchronized void forget(Watch watch) {
        Audience audience = audiences.get(Key.prefix(watch.interest().kind()));
        if (audience != null) audience.remove(watch);
    }

    /// Counts what is queued, or no longer; when it is too much, those who let most of it lie are cut off.
    void queued(long bytes) {
        queued.addAndGet(bytes);
    }

    private void cutOffTheSlowest() {
        while (queued.get() > most) {
            Optional<Watch> slowest = audiences.values().stream()
                    .flatMap(audience -> audience.all().stream())
                    .max(Comparator.comparingLong(Watch::queued));
            if (slowest.isEmpty() || slowest.get().queued() == 0) return;
            slowest.get().cutOff();
        }
    }

    synchronized void bookmark(Watch watch) {
        watch.offer(new Event.Bookmark(told));
    }

    synchronized int watchers() {
        return audiences.values().stream().mapToInt(Audience::size).sum();
    }

    /// How many watch each kind, by the prefix of its keys.
    synchronized Map<String, Integer> watchersByPrefix() {
        var watchers = new HashMap<String, Integer>();
        audiences.forEach((prefix, audience) -> watchers.put(prefix, audience.size()));
        return watchers;
    }

    private void run() {
        try {
            while (true) {
                try {
                    tell(history.awaitAfter(told));
                } catch (CompactedException tooFast) {
                    startAfresh(tooFast.oldest());
                }
            }
        } catch (InterruptedException closing) {
            closeAll();
        }
    }

    /// What is to end when everything up to a revision has been told.
    private record End(long revision, List<Watch> watches) {}

    /// Ends the watches that there are of a kind, once they have been told what happened up to `revision`.
    synchronized void end(String prefix, long revision) {
        Audience audience = audiences.get(prefix);
        if (audience == null) return;
        if (revision <= told) audience.all().forEach(Watch::close);
        else ending.add(new End(revision, audience.all()));
    }

    private void endWhoHasHeardAll() {
        for (End end : List.copyOf(ending)) {
            if (end.revision > told) continue;
            end.watches.forEach(Watch::close);
            ending.remove(end);
        }
    }

    private synchronized void tell(List<Change> changes) {
        for (Change change : changes) {
            Audience audience = audiences.get(Key.kindOf(change.key()));
            if (audience != null) audience.tell(change);
            told = change.revision();
            if (queued.get() > most) cutOffTheSlowest();
        }
        if (!ending.isEmpty()) endWhoHasHeardAll();
        if (!listing.isEmpty()) cutOffWhoHoldsThePast();
    }

    /// What is forgotten cannot be kept in memory by who does not read.
    private void cutOffWhoHoldsThePast() {
        long oldest = history.first();
        for (Watch watch : List.copyOf(listing)) {
            if (watch.holdsBefore(oldest)) watch.cutOff();
            if (!watch.isListing()) listing.remove(watch);
        }
    }

    /// What this thread has not told yet is forgotten already, so the watchers have to come back and list.
    private synchronized void startAfresh(long oldest) {
        closeAll();
        told = oldest;
    }

    private synchronized void closeAll() {
        for (Audience audience : List.copyOf(audiences.values())) audience.all().forEach(Watch::close);
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    /// The watchers of one kind.
    private static final class Audience {
        private final Set<Watch> everything = new HashSet<>();
        private final Map<String, Map<String, Set<Watch>>> byField = new HashMap<>();

        void add(Watch watch) {
            Interest.FieldValue only = watch.interest().only();
            if (only == null) everything.add(watch);
            else
                byField.computeIfAbsent(only.field(), field -> new HashMap<>())
                        .computeIfAbsent(only.value(), value -> new HashSet<>())
                        .add(watch);
        }

        void remove(Watch watch) {
            Interest.FieldValue only = watch.interest().only();
            if (only == null) everything.remove(watch);
            else {
                var byValue = byField.getOrDefault(only.field(), Map.of());
                Set<Watch> watches = byValue.getOrDefault(only.value(), Set.of());
                if (watches.contains(watch) && watches.remove(watch) && watches.isEmpty()) byValue.remove(only.value());
            }
        }

        void tell(Change change) {
            for (Watch watch : everything) watch.tell(change);
            byField.forEach((field, byValue) -> {
                String before = value(byValue, field, change.before());
                String after = value(byValue, field, change.after());
                for (Watch watch : byValue.getOrDefault(after, Set.of())) watch.tell(change);
                if (!before.equals(after))
                    for (Watch watch : byValue.getOrDefault(before, Set.of())) watch.tell(change);
            });
        }

        /// The object's value of a field that some watcher of this audience insists on.
        private static String value(Map<String, Set<Watch>> byValue, String field, @Nullable Stored object) {
            if (object == null || byValue.isEmpty()) return "";
            ResourceDefinition<?> kind = byValue.values()
                    .iterator()
                    .next()
                    .iterator()
                    .next()
                    .interest()
                    .kind();
            return switch (field) {
                case "metadata.name" -> object.name();
                case "metadata.namespace" -> object.namespace();
                default -> object.selectable(Key.stored(kind)).getOrDefault(field, "");
            };
        }

        List<Watch> all() {
            var all = new ArrayList<>(everything);
            byField.values().forEach(byValue -> byValue.values().forEach(all::addAll));
            return all;
        }

        int size() {
            return all().size();
        }
    }
}
