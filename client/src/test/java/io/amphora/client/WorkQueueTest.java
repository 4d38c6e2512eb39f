package io.amphora.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.time.testing.FakeClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WorkQueueTest {
    private final FakeClock clock = new FakeClock(java.time.Instant.EPOCH);
    private final WorkQueue<String> queue = new WorkQueue<>(clock);

    @Test
    void a_key_that_is_added_twice_waits_once() throws InterruptedException {
        queue.add("a");
        queue.add("b");
        queue.add("a");
        assertThat(queue.size()).isEqualTo(2);
        assertThat(queue.take()).isEqualTo("a");
        assertThat(queue.take()).isEqualTo("b");
    }

    @Test
    void a_key_that_is_worked_on_waits_until_it_is_done() throws InterruptedException {
        queue.add("a");
        assertThat(queue.take()).isEqualTo("a");
        queue.add("a");
        assertThat(queue.size()).isZero();
        queue.done("a");
        assertThat(queue.take()).isEqualTo("a");
    }

    @Test
    void of_two_delays_the_earlier_end_counts() throws InterruptedException {
        queue.addAfter("a", Duration.ofSeconds(10));
        queue.addAfter("a", Duration.ofSeconds(3));
        queue.addAfter("a", Duration.ofSeconds(20));
        clock.advance(Duration.ofSeconds(2));
        assertThat(queue.size()).isZero();
        clock.advance(Duration.ofSeconds(1));
        assertThat(queue.take()).isEqualTo("a");
        queue.done("a");
        clock.advance(Duration.ofMinutes(1));
        assertThat(queue.size()).isZero();
    }

    @Test
    void each_failure_doubles_the_delay_until_the_key_is_forgotten() throws InterruptedException {
        for (int millis : new int[] {5, 10, 20, 40}) assertDelayAfterFailure(millis);
        queue.forget("a");
        assertDelayAfterFailure(5);
    }

    @Test
    void no_delay_is_longer_than_a_thousand_seconds() throws InterruptedException {
        for (int i = 0; i < 40; i++) {
            queue.addAfterFailure("a");
            clock.advance(Duration.ofSeconds(1000));
            assertThat(queue.take()).isEqualTo("a");
            queue.done("a");
        }
        assertThat(queue.failures("a")).isEqualTo(40);
    }

    private void assertDelayAfterFailure(int millis) throws InterruptedException {
        queue.addAfterFailure("a");
        clock.advance(Duration.ofMillis(millis - 1));
        assertThat(queue.size()).isZero();
        clock.advance(Duration.ofMillis(1));
        assertThat(queue.take()).isEqualTo("a");
        queue.done("a");
    }

    @Test
    void a_closed_queue_gives_nothing_more() throws InterruptedException {
        queue.add("a");
        queue.close();
        assertThat(queue.take()).isNull();
    }
}
