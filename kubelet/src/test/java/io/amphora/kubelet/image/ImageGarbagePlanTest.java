package io.amphora.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.kubelet.image.ImageGarbagePlan.Candidate;
import io.amphora.kubelet.image.ImageGarbagePlan.Disk;
import io.amphora.kubelet.image.ImageGarbagePlan.Limits;
import io.amphora.runtime.Image;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ImageGarbagePlanTest {
    private static final Instant NOW = Instant.parse("2026-01-01T12:00:00Z");
    private static final long DISK = 10_000;

    /// @param available bytes of the disk's 10,000
    record Case(String what, long available, List<Candidate> images, List<String> removed, boolean enough) {
        @Override
        public String toString() {
            return what;
        }
    }

    static List<Case> cases() {
        var old = image("old", 400, 60, 50, false);
        var older = image("older", 400, 60, 55, false);
        var never = image("never", 400, 30, -1, false);
        var earlier = image("never-before", 400, 40, -1, false);
        var young = image("young", 400, 1, -1, false);
        var used = image("used", 400, 60, 60, true);
        return List.of(
                new Case("below the threshold nothing goes", 1600, List.of(old, never), List.of(), true),
                new Case(
                        "at 85 % images go until 80 % would be used",
                        1500, List.of(old, older, never), List.of("never", "older"), true),
                new Case(
                        "the one that was used least lately goes first",
                        1700 - 200,
                        List.of(old, older),
                        List.of("older", "old"),
                        true),
                new Case(
                        "of those never used the one that came first",
                        1500,
                        List.of(never, earlier),
                        List.of("never-before", "never"),
                        true),
                new Case("what has just come stays", 1200, List.of(young, old), List.of("old"), false),
                new Case("what is in use stays", 1200, List.of(used, old), List.of("old"), false),
                new Case("a full disk without images to spare is told", 0, List.of(used), List.of(), false));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void a_full_disk_costs_the_images_that_nobody_uses(Case each) {
        var plan = ImageGarbagePlan.of(new Disk(DISK, each.available()), each.images(), Limits.DEFAULT, NOW);
        assertThat(plan.remove().stream().map(Image::id)).containsExactlyElementsOf(each.removed());
        assertThat(plan.isEnough()).isEqualTo(each.enough());
    }

    /// @param used minutes ago; -1 for never
    private static Candidate image(String id, long size, long came, long used, boolean kept) {
        var image = new Image(id, List.of(id), List.of(), size, OptionalLong.empty(), "");
        var last = used < 0 ? Instant.EPOCH : NOW.minus(Duration.ofMinutes(used));
        return new Candidate(image, NOW.minus(Duration.ofMinutes(came)), last, kept);
    }
}
