package io.amphora.machinery.time;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.time.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class FakeClockTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final FakeClock clock = new FakeClock(START);
    private final BlockingQueue<String> happened = new LinkedBlockingQueue<>();

    @Test
    void a_timer_runs_when_its_time_has_come_and_not_before() throws InterruptedException {
        clock.after(Duration.ofSeconds(10), () -> happened.add("rang at " + clock.now()));
        clock.advance(Duration.ofSeconds(9));
        assertThat(clock.waiting()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(happened.take()).isEqualTo("rang at " + START.plusSeconds(10));
        assertThat(clock.waiting()).isZero();
    }

    @Test
    void a_cancelled_timer_does_not_run() throws InterruptedException {
        clock.after(Duration.ofSeconds(1), () -> happened.add("first")).cancel();
        clock.after(Duration.ofSeconds(2), () -> happened.add("second"));
        clock.advance(Duration.ofSeconds(5));
        assertThat(happened.take()).isEqualTo("second");
        assertThat(happened).isEmpty();
    }

    @Test
    void a_timer_without_delay_runs_at_once() throws InterruptedException {
        clock.after(Duration.ZERO, () -> happened.add("now"));
        assertThat(happened.take()).isEqualTo("now");
    }

    @Test
    void a_sleeper_wakes_when_its_time_has_come() throws InterruptedException {
        var sleeper = Thread.ofVirtual().start(() -> {
            try {
                clock.sleep(Duration.ofMinutes(1));
                happened.add("awake");
            } catch (InterruptedException stop) {
                happened.add("interrupted");
            }
        });
        clock.awaitWaiting(1);
        clock.advanceTo(START.plusSeconds(60));
        sleeper.join();
        assertThat(happened).containsExactly("awake");
    }

    @Test
    void an_interrupted_sleeper_waits_no_longer() throws InterruptedException {
        var sleeper = Thread.ofVirtual().start(() -> {
            try {
                clock.sleep(Duration.ofMinutes(1));
            } catch (InterruptedException stop) {
                happened.add("interrupted");
            }
        });
        clock.awaitWaiting(1);
        sleeper.interrupt();
        sleeper.join();
        assertThat(happened).containsExactly("interrupted");
        assertThat(clock.waiting()).isZero();
    }
}
