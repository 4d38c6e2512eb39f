package io.amphora.composition.security;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.amphora.composition.FaultLog;
import io.amphora.composition.LogBrake;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Who makes the server log, by whatever request, does not fill its disk.
final class LogAttacksTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final FakeClock clock = new FakeClock(Instant.EPOCH);
    private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    private final Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    private final LogBrake brake = new LogBrake(clock);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

    @BeforeEach
    void listen() {
        context.resetTurboFilterList();
        context.addTurboFilter(brake);
        lines.start();
        root.addAppender(lines);
    }

    @AfterEach
    void leave() {
        root.detachAppender(lines);
        context.resetTurboFilterList();
    }

    @Test
    void one_logger_says_only_so_much_a_minute_and_then_how_much_it_left_out() {
        Logger loud = context.getLogger("loud");
        for (int i = 0; i < 10 * LogBrake.LINES; i++) loud.warn("request " + i + " of a stranger failed");
        assertThat(lines.list).hasSize(LogBrake.LINES);

        context.getLogger("other").warn("heard");
        assertThat(lines.list).hasSize(LogBrake.LINES + 1);

        clock.advance(MINUTE);
        loud.warn("again");
        assertThat(lines.list.subList(LogBrake.LINES + 1, lines.list.size()))
                .extracting(ILoggingEvent::getFormattedMessage)
                .containsExactly(9 * LogBrake.LINES + " lines were left out here", "again");
    }

    @Test
    void what_is_not_logged_does_not_count() {
        Logger quiet = context.getLogger("quiet");
        quiet.setLevel(Level.INFO);
        for (int i = 0; i < 10 * LogBrake.LINES; i++) quiet.debug("nothing");
        quiet.info("something");
        assertThat(lines.list).hasSize(1);
    }

    @Test
    void a_request_that_fails_each_time_leaves_one_trace_a_minute() {
        var faults = new FaultLog(clock);
        for (int i = 0; i < 1_000; i++) faults.accept(new IllegalStateException("number " + i));
        for (int i = 0; i < 1_000; i++) faults.accept(new StoreException("no space"));
        assertThat(lines.list).hasSize(2);

        clock.advance(MINUTE);
        faults.accept(new IllegalStateException("one more"));
        assertThat(lines.list).hasSize(3);
    }

    @Test
    void any_number_of_kinds_of_faults_is_remembered_in_bounded_memory() {
        var faults = new FaultLog(clock);
        for (int i = 0; i < 10_000; i++) {
            var fault = new IllegalStateException();
            fault.setStackTrace(new StackTraceElement[] {new StackTraceElement("a", "b", "c", i)});
            faults.accept(fault);
        }
        assertThat(lines.list).hasSizeLessThanOrEqualTo(LogBrake.LINES);
    }
}
