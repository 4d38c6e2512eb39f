package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.CompactedException;

/// Finds the snapshot that a `resourceVersion` asks for, and words what is wrong with one.
final class Revisions {
    private final ClusterState state;

    Revisions(ClusterState state) {
        this.state = state;
    }

    /// The present, which must not be older than a revision. Everything written is in it already, so that a
    /// revision beyond it will not come by waiting.
    Snapshot atLeast(long revision) {
        Snapshot now = state.now();
        if (revision > now.revision()) throw tooLarge(revision, now.revision());
        return now;
    }

    /// The past exactly as it was.
    Snapshot exactly(long revision, String messageWhenForgotten) {
        Snapshot now = atLeast(revision);
        if (revision == now.revision()) return now;
        try {
            return state.at(revision);
        } catch (CompactedException forgotten) {
            throw expired(messageWhenForgotten);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw ApiException.of(503, "ServiceUnavailable", "the server is shutting down");
        }
    }

    static long parse(String text) {
        if (text.isEmpty()) return 0;
        try {
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException malformed) {
            throw ApiException.of(
                    500,
                    "",
                    "resourceVersion: Invalid value: \"" + text + "\": strconv.ParseUint: parsing \"" + text
                            + "\": invalid syntax");
        }
    }

    static ApiException expired(String message) {
        return ApiException.of(410, "Expired", message);
    }

    private static ApiException tooLarge(long asked, long current) {
        ObjectTree cause = ObjectTree.of("reason", "ResourceVersionTooLarge", "message", "Too large resource version");
        return ApiException.of(
                504,
                "Timeout",
                "Timeout: Too large resource version: " + asked + ", current: " + current,
                ObjectTree.of("causes", ListTree.of(cause), "retryAfterSeconds", 1));
    }
}
