package io.amphora.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.client.EventCorrelator.Saying;
import io.amphora.client.EventCorrelator.Verdict;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventCorrelatorTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final EventCorrelator correlator = new EventCorrelator();

    @Test
    void the_same_event_again_raises_the_count_of_the_first() {
        assertThat(say("pod", "back-off", NOW)).isInstanceOf(Verdict.Create.class);
        correlator.stored(saying("pod", "back-off"), "pod.1", 1, NOW);
        assertThat(say("pod", "back-off", NOW.plusSeconds(5)))
                .isEqualTo(new Verdict.Again("pod.1", saying("pod", "back-off"), 2, NOW));
    }

    @Test
    void an_event_that_is_gone_is_made_anew() {
        say("pod", "back-off", NOW);
        correlator.stored(saying("pod", "back-off"), "pod.1", 1, NOW);
        correlator.forget(saying("pod", "back-off"));
        assertThat(say("pod", "back-off", NOW)).isInstanceOf(Verdict.Create.class);
    }

    @Test
    void more_than_ten_messages_of_one_reason_are_combined() {
        for (int i = 0; i < 10; i++)
            assertThat(say("pod", "try " + i, NOW)).isEqualTo(new Verdict.Create(saying("pod", "try " + i)));
        assertThat(say("pod", "try 10", NOW))
                .isEqualTo(new Verdict.Create(saying("pod", "(combined from similar events): try 10")));
        correlator.stored(saying("pod", "(combined from similar events): try 10"), "pod.c", 1, NOW);
        assertThat(say("pod", "try 11", NOW)).isInstanceOfSatisfying(Verdict.Again.class, again -> {
            assertThat(again.name()).isEqualTo("pod.c");
            assertThat(again.saying().message()).endsWith("try 11");
        });
    }

    @Test
    void after_ten_minutes_of_silence_messages_are_told_apart_again() {
        for (int i = 0; i < 11; i++) say("pod", "try " + i, NOW);
        assertThat(say("pod", "later", NOW.plusSeconds(601))).isEqualTo(new Verdict.Create(saying("pod", "later")));
    }

    @Test
    void an_object_of_which_too_much_is_told_is_told_of_no_more_for_a_while() {
        for (int i = 0; i < 25; i++) assertThat(say("pod", "same", NOW)).isNotInstanceOf(Verdict.Drop.class);
        assertThat(say("pod", "same", NOW)).isInstanceOf(Verdict.Drop.class);
        assertThat(say("other", "same", NOW)).isNotInstanceOf(Verdict.Drop.class);
        assertThat(say("pod", "same", NOW.plusSeconds(301))).isNotInstanceOf(Verdict.Drop.class);
    }

    private Verdict say(String object, String message, Instant at) {
        return correlator.correlate(saying(object, message), at);
    }

    private static Saying saying(String object, String message) {
        return new Saying(object, "Warning", "BackOff", "", message);
    }
}
