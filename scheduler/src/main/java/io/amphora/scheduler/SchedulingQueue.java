package io.amphora.scheduler;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// The Pods that have no node yet: ready to be tried (highest priority first, then the longest waiting),
/// waiting out
/// their back-off (1 s, doubled by each failed attempt, at most 10 s), or waiting for the cluster to change.
///
/// Safe for any number of threads that add, and one that takes.
final class SchedulingQueue {
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

    /// How long a Pod waits for a change before it is tried anyway.
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);

    private enum Place {
        ACTIVE,
        BACK_OFF,
        WAITING,
        IN_HAND
    }

    private static final class Item {
        PodInfo pod;
        Place place = Place.ACTIVE;
        Duration since;
        Deadline due;
        int attempts;

        Item(PodInfo pod, Clock clock) {
            this.pod = pod;
            this.since = clock.elapsed();
            this.due = clock.deadline(Duration.ZERO);
        }
    }

    private final Clock clock;
    private final Map<String, Item> items = new HashMap<>();
    private final PriorityQueue<Item> active = new PriorityQueue<>(
            Comparator.comparing((Item item) -> item.pod.priority()).reversed().thenComparing(item -> item.since));
    private long changes;
    private long changesWhenTaken;
    private boolean closed;

    SchedulingQueue(Clock clock) {
        this.clock = clock;
    }

    /// Adds a Pod, or notes its new state; a Pod whose wishes changed is tried again.
    synchronized void put(PodInfo pod, boolean wishesChanged) {
        Item item = items.get(pod.key());
        if (item == null || !item.pod.pod().uid().equals(pod.pod().uid())) {
            if (item != null) active.remove(item);
            item = new Item(pod, clock);
            items.put(pod.key(), item);
            activate(item);
            return;
        }
        boolean waiting = item.place == Place.WAITING;
        if (item.place == Place.ACTIVE) {
            active.remove(item);
            item.pod = pod;
            active.add(item);
        } else {
            item.pod = pod;
        }
        if (wishesChanged && waiting) release(item);
        if (wishesChanged && item.place == Place.IN_HAND) changes++;
    }

    synchronized void remove(String key) {
        Item item = items.remove(key);
        if (item != null) active.remove(item);
    }

    /// The cluster changed in a way that may make room: everything that waits for that may be tried again.
    synchronized void clusterChanged() {
        changes++;
        for (Item item : items.values()) if (item.place == Place.WAITING) release(item);
    }

    /// The next Pod to try; null once the queue is closed.
    synchronized @Nullable PodInfo take() throws InterruptedException {
        while (active.isEmpty() && !closed) wait();
        if (closed) return null;
        Item item = active.remove();
        item.place = Place.IN_HAND;
        item.attempts++;
        changesWhenTaken = changes;
        return item.pod;
    }

    /// Puts back a Pod that was taken and found no node. If the cluster changed since, it only waits out its
    /// back-off.
    synchronized void putBack(PodInfo pod) {
        Item item = items.get(pod.key());
        if (item == null || item.place != Place.IN_HAND) return;
        item.due = clock.deadline(backOff(item.attempts));
        if (changes != changesWhenTaken) {
            release(item);
            return;
        }
        item.place = Place.WAITING;
        int attempt = item.attempts;
        clock.after(LONGEST_WAIT, () -> {
            synchronized (this) {
                if (items.get(item.pod.key()) == item && item.place == Place.WAITING && item.attempts == attempt)
                    release(item);
            }
        });
    }

    /// Pods that were promised a node by preemption, by that node's name.
    synchronized Map<String, List<PodInfo>> nominated() {
        var nominated = new HashMap<String, List<PodInfo>>();
        for (Item item : items.values()) {
            String node = item.pod.pod().status().nominatedNodeName();
            if (!node.isEmpty())
                nominated.computeIfAbsent(node, any -> new ArrayList<>()).add(item.pod);
        }
        return nominated;
    }

    synchronized void close() {
        closed = true;
        notifyAll();
    }

    private void release(Item item) {
        Duration left = item.due.left();
        if (!left.isPositive()) {
            activate(item);
            return;
        }
        item.place = Place.BACK_OFF;
        clock.after(left, () -> {
            synchronized (this) {
                if (items.get(item.pod.key()) == item && item.place == Place.BACK_OFF) activate(item);
            }
        });
    }

    private void activate(Item item) {
        item.place = Place.ACTIVE;
        active.add(item);
        notifyAll();
    }

    private static Duration backOff(int attempts) {
        Duration backOff = FIRST_BACK_OFF.multipliedBy(1L << Math.min(attempts - 1, 10));
        return backOff.compareTo(LONGEST_BACK_OFF) > 0 ? LONGEST_BACK_OFF : backOff;
    }
}
