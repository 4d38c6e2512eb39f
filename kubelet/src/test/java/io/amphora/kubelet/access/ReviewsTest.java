package io.amphora.kubelet.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.api.ApiException;
import io.amphora.machinery.time.testing.FakeClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReviewsTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-03-05T10:00:00Z"));

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            what is answered is not asked again               | 201                         | 201 | 0
            a connection that has broken is made anew         | 503 201                     | 201 | 500
            so is a server that starts                        | 500 429 504 503 201         | 201 | 4061
            after five times it is given up                   | 503 503 503 503 503 201     | 503 | 4061
            a refusal stays one                               | 403 201                     | 403 | 0
            """)
    void a_review_is_asked_for_again_when_it_fails_for_what_passes(String what, String answers, int result, long waited)
            throws Exception {
        var left = new ArrayDeque<>(Arrays.asList(answers.split(" ")));
        var asked = CompletableFuture.supplyAsync(() -> ask(left));
        while (!asked.isDone()) clock.advance(Duration.ofMillis(1)); // whoever sleeps is woken some time
        assertThat(asked.get()).as(what).isEqualTo(result);
        if (waited == 0) assertThat(left.size()).isEqualTo(answers.split(" ").length - 1);
        assertThat(clock.elapsed().toMillis()).isGreaterThanOrEqualTo(waited);
    }

    private int ask(ArrayDeque<String> left) {
        try {
            return Reviews.ask(clock, () -> {
                int code = Integer.parseInt(left.poll());
                if (code >= 400) throw ApiException.of(code, "", "failed");
                return code;
            });
        } catch (ApiException failed) {
            return failed.code();
        }
    }
}
