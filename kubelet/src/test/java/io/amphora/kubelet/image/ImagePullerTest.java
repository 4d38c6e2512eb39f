package io.amphora.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.amphora.kubelet.image.ImagePuller.Limits;
import io.amphora.kubelet.image.ImagePuller.Outcome;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.runtime.testing.FakeRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class ImagePullerTest {
    private static final Limits TWO = new Limits(2, Duration.ofSeconds(10), Duration.ofSeconds(35));

    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final FakeRuntime runtime = new FakeRuntime(clock);
    private final ImagePuller puller = new ImagePuller(runtime, LocalImages.NONE, clock, TWO);

    @Test
    void no_more_images_are_pulled_at_a_time_than_the_limit_says() throws Exception {
        var pulling = new AtomicInteger();
        var end = new Semaphore(0);
        runtime.inRegistry("a:1").inRegistry("b:1").inRegistry("c:1").whilePulling(name -> {
            pulling.incrementAndGet();
            end.acquireUninterruptibly();
        });
        List<Thread> pods = List.of(pod("a:1"), pod("b:1"), pod("c:1"));
        await().until(() -> pods.stream().allMatch(pod -> pod.getState() == Thread.State.WAITING));
        assertThat(pulling).hasValue(2);
        end.release();
        await().untilAsserted(() -> assertThat(pulling).hasValue(3));
        end.release(2);
        for (Thread pod : pods) pod.join();
        assertThat(runtime.images()).hasSize(3);
    }

    @Test
    void who_failed_waits_longer_each_time_up_to_a_limit_and_nobody_else_for_him() throws Exception {
        runtime.failingPull("a:1", "no way");
        for (long pause : List.of(10, 20, 35, 35)) {
            assertThat(reason("one")).isEqualTo("ErrImagePull");
            assertThat(reason("one")).isEqualTo("ImagePullBackOff");
            clock.advance(Duration.ofSeconds(pause).minusMillis(1));
            assertThat(reason("one")).isEqualTo("ImagePullBackOff");
            clock.advance(Duration.ofMillis(1));
        }
        assertThat(reason("one")).isEqualTo("ErrImagePull");
        assertThat(reason("another")).isEqualTo("ErrImagePull");
        runtime.inRegistry("a:1");
        clock.advance(Duration.ofSeconds(35));
        assertThat(ensure("one", "a:1")).isInstanceOf(Outcome.Present.class);
    }

    private Thread pod(String image) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                ensure(image, image);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private String reason(String owner) throws InterruptedException {
        return ((Outcome.Missing) ensure(owner, "a:1")).reason();
    }

    private Outcome ensure(String owner, String image) throws InterruptedException {
        return puller.ensure(owner, image, "IfNotPresent", List.of(), (type, reason, message) -> {});
    }
}
