package io.amphora.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.amphora.kubelet.image.ImageGarbagePlan.Disk;
import io.amphora.machinery.time.testing.FakeClock;
import io.amphora.runtime.Container;
import io.amphora.runtime.Image;
import io.amphora.runtime.PauseImage;
import io.amphora.runtime.Sandbox;
import io.amphora.runtime.Sandbox.Namespaces.Scope;
import io.amphora.runtime.testing.FakeRuntime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/// The disk holds 10,000 bytes, every image has 1,000.
final class ImageGarbageTest {
    private final FakeClock clock = new FakeClock(Instant.parse("2026-01-01T12:00:00Z"));
    private final FakeRuntime runtime = new FakeRuntime(clock);
    private final List<String> events = new ArrayList<>();
    private long available = 5_000;
    private final ImageGarbage garbage = new ImageGarbage(
            runtime,
            clock,
            (reason, message) -> events.add(reason + ": " + message),
            disk -> new Disk(10_000, available));

    @Test
    void what_no_container_uses_goes_when_the_disk_is_nearly_full() {
        runtime.image("web:1").image("old:1").image(PauseImage.NAME);
        container("web:1");
        garbage.run();
        assertThat(names()).hasSize(3);

        available = 1_400;
        garbage.run();
        assertThat(names()).as("it looks every five minutes").hasSize(3);
        clock.advance(Duration.ofMinutes(5));
        garbage.run();
        assertThat(names()).containsExactlyInAnyOrder("docker.io/library/web:1", PauseImage.NAME);
        assertThat(events).isEmpty();
    }

    @Test
    void a_disk_that_others_fill_is_told_of_the_node() {
        runtime.image("web:1");
        container("web:1");
        available = 500;
        garbage.run();
        assertThat(events)
                .first()
                .isEqualTo("FreeDiskSpaceFailed: Failed to garbage collect required amount of images. Attempted to free"
                        + " 1500 bytes, but only found 0 bytes eligible to free.");
        assertThat(names()).containsExactly("docker.io/library/web:1");
    }

    private List<String> names() {
        return runtime.images().stream().map(Image::tags).map(List::getFirst).toList();
    }

    private void container(String image) {
        var sandbox = new Sandbox.Config(
                new Sandbox.Metadata("pod", "uid", "default", 0),
                "",
                "",
                null,
                List.of(),
                Map.of(),
                Map.of(),
                "",
                new Sandbox.Security(
                        new Sandbox.Namespaces(Scope.POD, Scope.CONTAINER, Scope.POD, ""),
                        OptionalLong.empty(),
                        OptionalLong.empty(),
                        List.of(),
                        false,
                        Optional.empty()),
                Map.of(),
                "");
        var config = new Container.Config(
                "app", 0, image, List.of(), List.of(), "", List.of(), List.of(), List.of(), Map.of(), Map.of(), "",
                false, false, false, null, null);
        runtime.createContainer(runtime.runSandbox(sandbox), config, sandbox);
    }
}
