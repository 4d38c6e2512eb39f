package io.amphora.kubelet.image;

import io.amphora.machinery.time.Clock;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntime.Credentials;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.Image;
import io.amphora.runtime.ImageReference;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that an image is on the node: as its pull policy says, a few at a time, and with growing pauses
/// after
/// failures.
public final class ImagePuller {
    private static final Logger LOG = LoggerFactory.getLogger(ImagePuller.class);

    private final ContainerRuntime runtime;
    private final LocalImages beside;
    private final Clock clock;
    private final Limits limits;
    private final Semaphore slots;
    private final Map<String, Pause> pauses = new ConcurrentHashMap<>();

    /// @param beside where an image is looked for before a registry is asked
    public ImagePuller(ContainerRuntime runtime, LocalImages beside, Clock clock, Limits limits) {
        this.runtime = runtime;
        this.beside = beside;
        this.clock = clock;
        this.limits = limits;
        this.slots = new Semaphore(limits.parallel());
    }

    /// @param parallel pulls at a time
    /// @param firstPause, longestPause after a failure: doubled each time
    public record Limits(int parallel, Duration firstPause, Duration longestPause) {
        public static final Limits DEFAULT = new Limits(5, Duration.ofSeconds(10), Duration.ofMinutes(5));
    }

    private record Pause(Duration length, Instant since, String why) {
        Instant end() {
            return since.plus(length);
        }
    }

    /// What came of it; expected, so no exceptions.
    public sealed interface Outcome {
        record Present(Image image) implements Outcome {}

        /// @param reason `ErrImagePull`, `ImagePullBackOff`, `ErrImageNeverPull`, `InvalidImageName`
        record Missing(String reason, String message, Instant retryAt) implements Outcome {}
    }

    /// Who is told what happens: the Pod's events.
    public interface Listener {
        void event(String type, String reason, String message);
    }

    /// @param owner who asks: a failure makes nobody else wait
    /// @param policy `Always`, `IfNotPresent`, `Never`; "" means what the image's tag implies
    /// @param credentials for the image's registry, tried in order; without any, none are sent
    public Outcome ensure(String owner, String name, String policy, List<Credentials> credentials, Listener listener)
            throws InterruptedException {
        var reference = ImageReference.parse(name);
        if (reference.isEmpty()) {
            String message = "Failed to apply default image tag \"%s\": couldn't parse image name \"%s\": %s"
                    .formatted(name, name, complaint(name));
            listener.event("Warning", "InspectFailed", message);
            return new Outcome.Missing("InvalidImageName", message, clock.now().plus(limits.firstPause()));
        }
        String full = reference.get().toString();
        var present = runtime.findImage(full)
                .or(() -> name.startsWith("sha256:") ? runtime.findImage(name) : Optional.empty());
        if (present.isPresent() && !isAlways(policy, reference.get())) {
            listener.event(
                    "Normal",
                    "Pulled",
                    "Container image \"%s\" already present on machine and can be accessed by the pod".formatted(name));
            return new Outcome.Present(present.get());
        }
        if (policy.equals("Never")) {
            listener.event(
                    "Warning",
                    "ErrImageNeverPull",
                    "Container image \"%s\" is not present with pull policy of Never".formatted(name));
            return new Outcome.Missing(
                    "ErrImageNeverPull",
                    "Container image \"%s\" is not present with pull policy of Never".formatted(name),
                    clock.now().plus(limits.firstPause()));
        }
        if (!isAlways(policy, reference.get()) && isBeside(name)) {
            var taken = runtime.findImage(full);
            if (taken.isPresent()) {
                listener.event("Normal", "Pulled", "Container image \"%s\" taken from this machine".formatted(name));
                return new Outcome.Present(taken.get());
            }
        }
        return pull(owner, name, full, credentials, listener);
    }

    /// A place that fails is as good as one that has nothing: the registry may have it.
    private boolean isBeside(String name) {
        try {
            return beside.bring(name);
        } catch (IOException failure) {
            LOG.warn("looking for {} on this machine: {}", name, failure.getMessage());
            return false;
        }
    }

    private Outcome pull(String owner, String name, String full, List<Credentials> credentials, Listener listener)
            throws InterruptedException {
        String key = owner + " " + full;
        var pause = pauses.get(key);
        if (pause != null && clock.now().isBefore(pause.end())) {
            listener.event("Normal", "BackOff", "Back-off pulling image \"%s\"".formatted(name));
            return new Outcome.Missing(
                    "ImagePullBackOff",
                    "Back-off pulling image \"%s\": ErrImagePull: %s".formatted(name, pause.why()),
                    pause.end());
        }
        listener.event("Normal", "Pulling", "Pulling image \"%s\"".formatted(name));
        var asked = clock.now();
        slots.acquire();
        try {
            var begun = clock.now();
            pullWith(full, credentials);
            pauses.remove(key);
            var image = runtime.findImage(full);
            if (image.isEmpty()) return failed(name, key, "the image is gone again", listener);
            listener.event(
                    "Normal",
                    "Pulled",
                    "Successfully pulled image \"%s\" in %s (%s including waiting). Image size: %d bytes."
                            .formatted(
                                    name,
                                    text(Duration.between(begun, clock.now())),
                                    text(Duration.between(asked, clock.now())),
                                    image.get().size()));
            return new Outcome.Present(image.get());
        } catch (ContainerRuntimeException failure) {
            return failed(name, key, String.valueOf(failure.getMessage()), listener);
        } finally {
            slots.release();
        }
    }

    private void pullWith(String full, List<Credentials> credentials) {
        var tried = credentials.isEmpty() ? List.of(Credentials.NONE) : credentials;
        for (int i = 0; i < tried.size(); i++) {
            try {
                runtime.pullImage(full, tried.get(i), progress -> {});
                return;
            } catch (ContainerRuntimeException failure) {
                if (i == tried.size() - 1) throw failure;
            }
        }
    }

    private Outcome failed(String name, String key, String why, Listener listener) {
        var now = clock.now();
        var forget = limits.longestPause().multipliedBy(2);
        pauses.values().removeIf(pause -> now.isAfter(pause.end().plus(forget)));
        pauses.compute(key, (same, before) -> {
            if (before == null) return new Pause(limits.firstPause(), now, why);
            var doubled = before.length().multipliedBy(2);
            return new Pause(doubled.compareTo(limits.longestPause()) < 0 ? doubled : limits.longestPause(), now, why);
        });
        listener.event("Warning", "Failed", "Failed to pull image \"%s\": %s".formatted(name, why));
        listener.event("Warning", "Failed", "Error: ErrImagePull");
        // Ready to look again at once: what is then said is that it waits.
        return new Outcome.Missing("ErrImagePull", why, now.plusMillis(500));
    }

    private static boolean isAlways(String policy, ImageReference reference) {
        if (policy.isEmpty())
            return reference.tag().equals("latest") && reference.digest().isEmpty();
        return policy.equals("Always");
    }

    private static String complaint(String name) {
        boolean upper = !name.equals(name.toLowerCase(Locale.ROOT))
                && ImageReference.parse(name.toLowerCase(Locale.ROOT)).isPresent();
        return upper
                ? "invalid reference format: repository name (" + name + ") must be lowercase"
                : "invalid reference format";
    }

    /// Go's way to write a duration, to a thousandth: `1.204s`, `87ms`.
    private static String text(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 1000) return millis + "ms";
        String seconds = millis / 1000 % 60
                + (millis % 1000 == 0
                        ? ""
                        : "." + "%03d".formatted(millis % 1000).replaceFirst("0+$", "")) + "s";
        return millis < 60_000 ? seconds : millis / 60_000 + "m" + seconds;
    }
}
