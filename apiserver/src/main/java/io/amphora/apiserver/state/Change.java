package io.amphora.apiserver.state;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One write: what stood at a key before and what stands there after, and the cluster that it led to.
///
/// @param before null for a creation
/// @param after null for a deletion
/// @param last of a deletion, what stood before as watchers are shown it; null otherwise
public record Change(
        long revision,
        @Nullable Stored before,
        @Nullable Stored after,
        @Nullable Stored last,
        Snapshot root,
        Instant at) {
    /// About how many bytes are kept because of this change.
    int size() {
        return before == null ? 0 : before.size();
    }

    /// Makes what this change put an end to small.
    void fold() {
        if (before != null) before.fold();
        if (last != null) last.fold();
    }

    String key() {
        Stored either = after != null ? after : before;
        return either == null ? "" : either.key();
    }
}
