package io.amphora.kubelet.image;

import io.amphora.kubelet.image.ImageGarbagePlan.Candidate;
import io.amphora.kubelet.image.ImageGarbagePlan.Disk;
import io.amphora.kubelet.image.ImageGarbagePlan.Limits;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.time.Deadline;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.ContainerRuntimeException;
import io.amphora.runtime.Image;
import io.amphora.runtime.PauseImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Removes images that nobody uses when their disk is nearly full. Called from one thread.
public final class ImageGarbage {
    private static final Logger LOG = LoggerFactory.getLogger(ImageGarbage.class);
    private static final Duration PERIOD = Duration.ofMinutes(5);

    private final ContainerRuntime runtime;
    private final Clock clock;
    private final BiConsumer<String, String> warn;
    private final Disks disks;
    private final Map<String, Seen> seen = new HashMap<>();
    private Deadline next;
    private boolean failedBefore;

    /// Looks at the disk that holds a folder.
    interface Disks {
        Disk at(Path mountpoint) throws IOException;
    }

    private record Seen(Instant detected, Instant lastUsed) {}

    /// @param warn is told the reason and message of the Node's events
    public ImageGarbage(ContainerRuntime runtime, Clock clock, BiConsumer<String, String> warn) {
        this(runtime, clock, warn, ImageGarbage::look);
    }

    ImageGarbage(ContainerRuntime runtime, Clock clock, BiConsumer<String, String> warn, Disks disks) {
        this.runtime = runtime;
        this.disks = disks;
        this.clock = clock;
        this.next = clock.deadline(Duration.ZERO);
        this.warn = warn;
    }

    /// Every five minutes notes what is in use, and makes room if there is need.
    public void run() {
        if (!next.isOver()) return;
        next = clock.deadline(PERIOD);
        try {
            Set<String> used = look();
            for (var place : runtime.imageFilesystems()) collect(disk(Path.of(place.mountpoint())), used);
            failedBefore = false;
        } catch (IOException | ContainerRuntimeException failure) {
            LOG.warn("image garbage collection failed: {}", failure.getMessage());
            // The first may come of a runtime that has only just started.
            if (failedBefore) warn.accept("ImageGCFailed", String.valueOf(failure.getMessage()));
            failedBefore = true;
        }
    }

    /// The ids and names of the images that containers have, running or not.
    private Set<String> look() {
        var used = new HashSet<String>();
        for (var container : runtime.containers(Map.of()))
            runtime.findContainer(container.id()).ifPresent(status -> {
                used.add(status.imageRef());
                used.add(status.image());
            });
        var now = clock.now();
        var present = new HashSet<String>();
        for (var image : runtime.images()) {
            present.add(image.id());
            var before = seen.getOrDefault(image.id(), new Seen(now, Instant.EPOCH));
            seen.put(image.id(), isIn(used, image) ? new Seen(before.detected(), now) : before);
        }
        seen.keySet().retainAll(present);
        return used;
    }

    private static boolean isIn(Set<String> used, Image image) {
        return used.contains(image.id())
                || image.tags().stream().anyMatch(used::contains)
                || image.digests().stream().anyMatch(used::contains);
    }

    private void collect(Disk disk, Set<String> used) throws IOException {
        var now = clock.now();
        var candidates = new ArrayList<Candidate>();
        for (var image : runtime.images()) {
            var known = seen.getOrDefault(image.id(), new Seen(now, now));
            boolean kept = isIn(used, image) || image.tags().contains(PauseImage.NAME);
            candidates.add(new Candidate(image, known.detected(), known.lastUsed(), kept));
        }
        var plan = ImageGarbagePlan.of(disk, candidates, Limits.DEFAULT, now);
        for (var image : plan.remove()) {
            LOG.info("the disk is {} % full: removing image {} {}", disk.usedPercent(), image.id(), image.tags());
            runtime.removeImage(image.id());
        }
        if (plan.isEnough()) return;
        String message = ("Failed to garbage collect required amount of images. Attempted to free %d bytes, but only"
                        + " found %d bytes eligible to free.")
                .formatted(plan.toFree(), plan.eligible());
        warn.accept("FreeDiskSpaceFailed", message);
        throw new IOException(message);
    }

    private Disk disk(Path mountpoint) throws IOException {
        Disk disk = disks.at(mountpoint);
        if (disk.capacity() > 0) return disk;
        warn.accept("InvalidDiskCapacity", "invalid capacity 0 on image filesystem");
        throw new IOException("invalid capacity 0 on image filesystem");
    }

    private static Disk look(Path mountpoint) throws IOException {
        var store = Files.getFileStore(mountpoint);
        return new Disk(store.getTotalSpace(), store.getUsableSpace());
    }
}
