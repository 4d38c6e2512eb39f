package io.amphora.machinery.time.testing;

import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A clock that stands still until a test moves it. Thread-safe; has no thread of its own.
///
/// ```java
/// var clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
/// clock.after(Duration.ofSeconds(10), resync);
/// clock.awaitWaiting(1);                       // somebody waits
/// clock.advance(Duration.ofSeconds(10));       // resync has been started
/// ```
public final class FakeClock implements Clock {

    /// What happens at `due`, which is an elapsed time; what is due at the same moment happens in the order in which it
    /// was asked for.
    private record Waiting(Duration due, long order, Runnable wake) implements Comparable<Waiting> {
        @Override
        public int compareTo(Waiting other) {
            int byTime = due.compareTo(other.due);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
    private Instant start;
    private Duration elapsed = Duration.ZERO;
    private long asked;

    public FakeClock(Instant start) {
        this.start = start;
    }

    @Override
    public Instant now() {
        lock.lock();
        try {
            return start.plus(elapsed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Duration elapsed() {
        lock.lock();
        try {
            return elapsed;
        } finally {
            lock.unlock();
        }
    }

    /// Sets the time of day, as an administrator may: nothing has passed.
    public void set(Instant now) {
        lock.lock();
        try {
            start = now.minus(elapsed);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (!duration.isPositive()) return;
        var woken = new CountDownLatch(1);
        Waiting sleeper = add(duration, woken::countDown);
        try {
            woken.await();
        } finally {
            remove(sleeper);
        }
    }

    @Override
    public Timer after(Duration delay, Runnable task) {
        Runnable start = () -> Thread.ofVirtual().name("timer").start(task);
        if (!delay.isPositive()) {
            start.run();
            return () -> {};
        }
        Waiting timer = add(delay, start);
        return () -> remove(timer);
    }

    /// Moves the time forward. Whatever becomes due is woken or started in order, each at its own instant; it
    /// goes on
    /// in its own thread, so wait for what it does.
    public void advance(Duration duration) {
        lock.lock();
        try {
            Duration target = elapsed.plus(duration);
            for (Waiting next = waiting.peek();
                    next != null && next.due.compareTo(target) <= 0;
                    next = waiting.peek()) {
                elapsed = next.due;
                waiting.remove();
                next.wake.run();
            }
            elapsed = target;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Moves the time to an instant that is not in the past.
    public void advanceTo(Instant target) {
        advance(Duration.between(now(), target));
    }

    /// How many sleepers and timers wait for their time.
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /// Blocks until at least `count` sleepers and timers wait for their time.
    public void awaitWaiting(int count) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (waiting.size() < count) changed.await();
        } finally {
            lock.unlock();
        }
    }

    private Waiting add(Duration delay, Runnable wake) {
        lock.lock();
        try {
            var added = new Waiting(elapsed.plus(delay), asked++, wake);
            waiting.add(added);
            changed.signalAll();
            return added;
        } finally {
            lock.unlock();
        }
    }

    private void remove(Waiting gone) {
        lock.lock();
        try {
            waiting.removeIf(each -> each == gone);
        } finally {
            lock.unlock();
        }
    }
}
