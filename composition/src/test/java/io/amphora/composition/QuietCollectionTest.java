package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.machinery.time.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class QuietCollectionTest {
    private final FakeClock clock = new FakeClock(Instant.EPOCH);
    private final Process process = new Process();

    private static final class Process implements QuietCollection.Memory {
        private long grown;
        private Duration worked = Duration.ZERO;
        private int collections;

        @Override
        public long grown() {
            return grown;
        }

        @Override
        public Duration worked() {
            return worked;
        }

        @Override
        public void collect() {
            collections++;
            grown = 0;
        }
    }

    @Test
    void what_a_busy_time_left_is_collected_once_it_is_over() throws Exception {
        try (var _ = QuietCollection.start(process, clock)) {
            process.grown = QuietCollection.WORTH_BYTES;
            process.worked = QuietCollection.PERIOD;
            pass(QuietCollection.PERIOD);
            assertThat(process.collections).isZero();

            process.worked = process.worked.plusSeconds(1);
            pass(QuietCollection.PERIOD);
            assertThat(process.collections).isOne();

            pass(QuietCollection.PERIOD.multipliedBy(10));
            assertThat(process.collections).isOne();

            pass(QuietCollection.FORGOTTEN);
            assertThat(process.collections).isEqualTo(2);
            pass(QuietCollection.FORGOTTEN.multipliedBy(3));
            assertThat(process.collections).isEqualTo(2);
        }
    }

    @Test
    void little_garbage_is_not_worth_a_pause() throws Exception {
        try (var _ = QuietCollection.start(process, clock)) {
            process.grown = QuietCollection.WORTH_BYTES - 1;
            pass(QuietCollection.PERIOD.multipliedBy(10));
            assertThat(process.collections).isZero();
        }
    }

    @Test
    void it_ends_when_it_is_closed() {
        QuietCollection.start(process, clock).close();
        assertThat(clock.waiting()).isZero();
    }

    /// Look by look, each done before the next.
    private void pass(Duration time) throws InterruptedException {
        for (Duration passed = Duration.ZERO;
                passed.compareTo(time) < 0;
                passed = passed.plus(QuietCollection.PERIOD)) {
            clock.advance(QuietCollection.PERIOD);
            clock.awaitWaiting(1);
        }
    }
}
