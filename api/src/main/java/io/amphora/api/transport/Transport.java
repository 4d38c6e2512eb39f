package io.amphora.api.transport;

import io.amphora.api.ApiException;
import io.amphora.machinery.tree.ObjectTree;
import java.util.function.Consumer;

/// A way to an API server: over HTTP, or straight into one in the same JVM. Both give the same answers.
public interface Transport extends AutoCloseable {

    /// The answer's object (a Status for a success without one).
    ///
    /// @throws ApiException for every answer of 400 and above, and 503 `ServiceUnavailable` when there is no
    ///     way to
    ///     the
    ///     server
    ObjectTree call(ApiRequest request) throws ApiException;

    /// Opens a watch. Events come one after the other on a thread of the transport, `closed` once after the
    /// last; the
    /// end may come at any time (time-out, server gone) and says nothing but that the watch has to be opened
    /// again.
    ///
    /// @throws ApiException when the server refuses (410 `Expired` for a revision that is compacted away)
    Subscription watch(ApiRequest request, Consumer<WatchEvent> events, Runnable closed) throws ApiException;

    @Override
    void close();

    /// @param type `ADDED`, `MODIFIED`, `DELETED`, `BOOKMARK`, `ERROR` (the object is then a Status)
    record WatchEvent(String type, ObjectTree object) {}

    interface Subscription extends AutoCloseable {
        /// Asks for a BOOKMARK soon, behind the events that are on their way: then it is known what did not
        /// happen,
        /// too.
        ///
        /// @return false where that cannot be asked for
        default boolean requestBookmark() {
            return false;
        }

        @Override
        void close();
    }
}
