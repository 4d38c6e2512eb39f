package io.amphora.controllers;

import io.amphora.machinery.time.Clock;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Supplier;

/// Computes plans on platform threads, which the kernel takes turns with: a plan that does not come to
/// an end leaves the carriers of virtual threads to everybody else. Its name is in the log.
final class PlanThreads implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(PlanThreads.class.getName());
    private static final Duration LONG = Duration.ofSeconds(10);

    private final Clock clock;
    private final ThreadPoolExecutor threads = (ThreadPoolExecutor) Executors.newCachedThreadPool(
            Thread.ofPlatform().daemon().name("plan-", 0).factory());
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final Thread watchdog;

    /// A plan that is being computed.
    private record Running(String controller, Key key, Thread thread, Duration since) {}

    PlanThreads(Clock clock) {
        this.clock = clock;
        this.watchdog = Thread.ofPlatform().daemon().name("plan-watchdog").start(this::watch);
    }

    /// What `plan` returns or throws. An Error, such as a stack overflow, is no reason for a worker to end:
    /// it becomes an IllegalStateException.
    Plan compute(String controller, Key key, Supplier<Plan> plan) throws InterruptedException {
        try {
            return threads.submit(() -> watched(controller, key, plan)).get();
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException bug) throw bug;
            throw new IllegalStateException(failed.getCause());
        } catch (RejectedExecutionException closing) {
            throw new InterruptedException();
        }
    }

    private Plan watched(String controller, Key key, Supplier<Plan> plan) {
        var one = new Running(controller, key, Thread.currentThread(), clock.elapsed());
        running.add(one);
        try {
            return plan.get();
        } finally {
            running.remove(one);
        }
    }

    private void watch() {
        try {
            while (true) {
                clock.sleep(LONG);
                for (Running one : running) if (isLong(one)) complain(one);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isLong(Running one) {
        return clock.elapsed().minus(one.since()).compareTo(LONG) >= 0;
    }

    private static void complain(Running one) {
        var where = new IllegalStateException("the plan is here");
        where.setStackTrace(one.thread().getStackTrace());
        LOG.log(
                System.Logger.Level.ERROR,
                one.controller() + " has been planning " + one.key() + " for a long time",
                where);
    }

    @Override
    public void close() {
        watchdog.interrupt();
        threads.shutdownNow();
    }
}
