package io.amphora.controllers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.api.batch.v1.CronJobs;
import io.amphora.client.Target;
import io.amphora.machinery.time.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlanThreadsTest {
    private static final Key KEY = new Key(Target.of(CronJobs.DEFINITION), "ns", "lord-howe");

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final PlanThreads threads = new PlanThreads(clock);
    private volatile boolean ended;

    @AfterEach
    void stop() {
        ended = true;
        threads.close();
    }

    @Test
    void plans_that_never_end_leave_virtual_threads_their_carriers() throws Exception {
        int carriers = Runtime.getRuntime().availableProcessors();
        var begun = new CountDownLatch(carriers);
        for (int i = 0; i < carriers; i++) computeEndless(begun);
        begun.await();
        Thread other = Thread.ofVirtual().start(() -> {});
        other.join();
        assertThat(other.isAlive()).isFalse();
    }

    @Test
    void the_log_names_a_plan_that_takes_long() throws Exception {
        var logged = new LinkedBlockingQueue<LogRecord>();
        Handler handler = new Collecting(logged);
        Logger logger = Logger.getLogger(PlanThreads.class.getName());
        logger.addHandler(handler);
        try {
            var begun = new CountDownLatch(1);
            computeEndless(begun);
            begun.await();
            clock.awaitWaiting(1);
            clock.advance(Duration.ofSeconds(10));
            LogRecord record = logged.take();
            assertThat(record.getMessage()).contains("cronjob-controller").contains("lord-howe");
            assertThat(record.getThrown().getStackTrace())
                    .anyMatch(at -> at.getMethodName().equals("endless"));
        } finally {
            logger.removeHandler(handler);
        }
    }

    @Test
    void a_plan_that_overflows_the_stack_fails_like_any_other() {
        assertThatThrownBy(() -> threads.compute("c", KEY, PlanThreadsTest::tooDeep))
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    private void computeEndless(CountDownLatch begun) {
        Thread.ofVirtual().start(() -> {
            try {
                threads.compute("cronjob-controller", KEY, () -> endless(begun));
            } catch (InterruptedException closing) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private Plan endless(CountDownLatch begun) {
        begun.countDown();
        while (!ended) Thread.onSpinWait();
        return Plan.NOTHING;
    }

    @SuppressWarnings("InfiniteRecursion")
    private static Plan tooDeep() {
        return tooDeep().andLookAgainAt(Instant.EPOCH);
    }

    private static final class Collecting extends Handler {
        private final LinkedBlockingQueue<LogRecord> records;

        Collecting(LinkedBlockingQueue<LogRecord> records) {
            this.records = records;
        }

        @Override
        public void publish(LogRecord record) {
            records.add(record);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }
}
