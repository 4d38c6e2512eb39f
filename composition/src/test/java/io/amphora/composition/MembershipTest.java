package io.amphora.composition;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.amphora.machinery.time.testing.FakeClock;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MembershipTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-11-26T12:00:00Z"));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Thu, 26 Nov 2026 11:50:00 GMT | the clock of this machine is 10 minutes ahead of the server's",
                "Thu, 26 Nov 2026 12:10:00 GMT | the clock of this machine is 10 minutes behind the server's",
                "Thu, 26 Nov 2026 13:00:00 GMT | the clock of this machine is 60 minutes behind the server's"
            })
    void a_clock_that_is_far_off_is_told_before_anything_fails_for_it(String date, String message) {
        assertThatThrownBy(() -> Membership.checkClock(date, clock))
                .isInstanceOf(UserError.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Thu, 26 Nov 2026 12:00:59 GMT", "Thu, 26 Nov 2026 11:59:30 GMT"})
    void a_small_difference_does_no_harm(String date) {
        assertThatCode(() -> Membership.checkClock(date, clock)).doesNotThrowAnyException();
    }

    @Test
    void a_server_that_does_not_say_the_time_is_believed() {
        assertThatCode(() -> Membership.checkClock("", clock)).doesNotThrowAnyException();
        assertThatCode(() -> Membership.checkClock("noon", clock)).doesNotThrowAnyException();
    }
}
