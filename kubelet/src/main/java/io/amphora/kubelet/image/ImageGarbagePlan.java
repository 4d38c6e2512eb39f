package io.amphora.kubelet.image;

import io.amphora.runtime.Image;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Which images go when the disk is full: a pure function.
///
/// @param toFree bytes that are wanted; 0 while the disk is below the threshold
/// @param remove in this order, until enough is free
/// @param eligible bytes that all of them would free, when that is too little
record ImageGarbagePlan(long toFree, List<Image> remove, long eligible) {
    /// @param highPercent use of the disk from which images go
    /// @param lowPercent use of the disk down to which they go
    /// @param leastAge how long an image is left alone after it came
    record Limits(int highPercent, int lowPercent, Duration leastAge) {
        static final Limits DEFAULT = new Limits(85, 80, Duration.ofMinutes(2));
    }

    record Disk(long capacity, long available) {
        int usedPercent() {
            return (int) (100 - available * 100 / capacity);
        }
    }

    /// @param lastUsed when a container of it was last seen, the epoch for never
    /// @param kept in use now, or the sandboxes' own
    record Candidate(Image image, Instant detected, Instant lastUsed, boolean kept) {}

    static ImageGarbagePlan of(Disk disk, List<Candidate> images, Limits limits, Instant now) {
        if (disk.usedPercent() < limits.highPercent()) return new ImageGarbagePlan(0, List.of(), 0);
        long toFree = disk.capacity() / 100 * (100 - limits.lowPercent()) - disk.available();
        var oldest = images.stream()
                .filter(one -> !one.kept())
                .filter(one -> Duration.between(one.detected(), now).compareTo(limits.leastAge()) >= 0)
                .sorted(Comparator.comparing(Candidate::lastUsed).thenComparing(Candidate::detected))
                .toList();
        var remove = new ArrayList<Image>();
        long freed = 0;
        for (var candidate : oldest) {
            if (freed >= toFree) break;
            remove.add(candidate.image());
            freed += candidate.image().size();
        }
        return new ImageGarbagePlan(toFree, remove, freed);
    }

    boolean isEnough() {
        return eligible >= toFree;
    }
}
