package io.amphora.client;

import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Keys that wait to be worked on. A key waits at most once, and is never worked on by two at a time: added while
/// it is being worked on, it waits again after [#done].
///
/// ```
/// for (K key = queue.take(); key != null; key = queue.take())
///     try { work(key); queue.forget(key); }
///     catch (…) { queue.addAfterFailure(key); }
///     finally { queue.done(key); }
/// ```
///
/// Safe for any number of threads.
public final class WorkQueue<K> implements AutoCloseable {
    private static final Duration FIRST_DELAY = Duration.ofMillis(5);
    private static final Duration LAST_DELAY = Duration.ofSeconds(1000);

    private record Due(Deadline at, Clock.Timer timer) {}

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ready = lock.newCondition();
    private final ArrayDeque<K> waiting = new ArrayDeque<>();
    private final Set<K> wanted = new HashSet<>();
    private final Set<K> working = new HashSet<>();
    private final Map<K, Due> later = new HashMap<>();
    private final Map<K, Integer> failures = new HashMap<>();
    private boolean closed;

    public WorkQueue(Clock clock) {
        this.clock = clock;
    }

    public void add(K key) {
        lock.lock();
        try {
            if (closed || !wanted.add(key) || working.contains(key)) return;
            waiting.add(key);
            ready.signal();
        } finally {
            lock.unlock();
        }
    }

    /// Adds the key when `delay` has passed; of several delays of one key the earliest end counts.
    public void addAfter(K key, Duration delay) {
        if (delay.isZero() || delay.isNegative()) {
            add(key);
            return;
        }
        lock.lock();
        try {
            if (closed) return;
            Deadline at = clock.deadline(delay);
            Due before = later.get(key);
            if (before != null && !at.isBefore(before.at())) return;
            if (before != null) before.timer().cancel();
            later.put(key, new Due(at, clock.after(delay, () -> due(key, at))));
        } finally {
            lock.unlock();
        }
    }

    private void due(K key, Deadline at) {
        lock.lock();
        try {
            Due due = later.get(key);
            if (due != null && due.at().equals(at)) later.remove(key);
        } finally {
            lock.unlock();
        }
        add(key);
    }

    /// Adds the key after 5 ms, and twice as long after each further failure in a row, up to 1000 s.
    public void addAfterFailure(K key) {
        addAfter(key, delayOfNextTry(key));
    }

    private Duration delayOfNextTry(K key) {
        lock.lock();
        try {
            int before = failures.merge(key, 1, Integer::sum) - 1;
            if (before > 20) return LAST_DELAY;
            Duration delay = FIRST_DELAY.multipliedBy(1L << before);
            return delay.compareTo(LAST_DELAY) < 0 ? delay : LAST_DELAY;
        } finally {
            lock.unlock();
        }
    }

    /// How often the key failed in a row.
    public int failures(K key) {
        lock.lock();
        try {
            return failures.getOrDefault(key, 0);
        } finally {
            lock.unlock();
        }
    }

    /// The key did not fail: the next failure is its first.
    public void forget(K key) {
        lock.lock();
        try {
            failures.remove(key);
        } finally {
            lock.unlock();
        }
    }

    /// The next key, waited for; null once the queue is closed.
    public @Nullable K take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && !closed) ready.await();
            if (closed) return null;
            K key = waiting.remove();
            wanted.remove(key);
            working.add(key);
            return key;
        } finally {
            lock.unlock();
        }
    }

    /// The key that was taken has been worked on.
    public void done(K key) {
        lock.lock();
        try {
            if (!working.remove(key) || !wanted.contains(key) || closed) return;
            waiting.add(key);
            ready.signal();
        } finally {
            lock.unlock();
        }
    }

    /// How many keys wait now, without those whose delay runs.
    public int size() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /// Whether nothing waits and nothing is being worked on; delayed keys do not count.
    public boolean isIdle() {
        lock.lock();
        try {
            return waiting.isEmpty() && working.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            later.values().forEach(due -> due.timer().cancel());
            later.clear();
            ready.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
