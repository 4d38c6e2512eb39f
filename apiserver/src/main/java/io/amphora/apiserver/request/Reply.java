package io.amphora.apiserver.request;

import io.amphora.api.ResourceDefinition;
import io.amphora.api.transport.Transport.WatchEvent;
import io.amphora.apiserver.state.Stored;
import io.amphora.http.HttpExchange;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a request is answered with, before anyone decides how it looks on the wire.
public sealed interface Reply {
    int code();

    /// One object of a kind.
    ///
    /// @param stored whose bytes are this object's; null when it was made for this answer
    record One(
            int code,
            ResourceDefinition<?> kind,
            ObjectTree tree,
            @Nullable Stored stored) implements Reply {}

    /// Objects of a kind, as they are stored.
    ///
    /// @param metadata of the list: resourceVersion, continue, remainingItemCount
    record Many(ResourceDefinition<?> kind, ObjectTree metadata, List<Stored> items) implements Reply {
        @Override
        public int code() {
            return 200;
        }
    }

    /// Objects of a kind that are made for this answer.
    record Listed(ResourceDefinition<?> kind, ObjectTree metadata, List<ObjectTree> items) implements Reply {
        @Override
        public int code() {
            return 200;
        }
    }

    /// A document of another kind: Status, discovery, OpenAPI.
    record Document(int code, ObjectTree tree) implements Reply {
        public static Document ok(ObjectTree tree) {
            return new Document(200, tree);
        }
    }

    /// Bytes of a given content type.
    ///
    /// @param contentType "" for none
    /// @param headers besides the usual ones, or instead of them
    record Bytes(int code, String contentType, byte[] bytes, Map<String, String> headers) implements Reply {
        public Bytes(int code, String contentType, byte[] bytes) {
            this(code, contentType, bytes, Map.of());
        }
    }

    /// Events until somebody ends it.
    ///
    /// @param source tells the events to whoever serves the answer, on its thread, until the watch or the
    ///     thread is ended
    record Events(ResourceDefinition<?> kind, Source source) implements Reply {
        @Override
        public int code() {
            return 200;
        }
    }

    /// Where the events of a watch come from.
    interface Source extends AutoCloseable {
        /// Has a bookmark come behind what is on its way.
        ///
        /// @return false when there are none
        default boolean requestBookmark() {
            return false;
        }

        /// The next event, when there is one; empty at the end.
        Optional<Told> next() throws InterruptedException;

        /// Ends the watch, from any thread.
        @Override
        void close();
    }

    /// @param tree the object in the version asked for
    /// @param stored whose bytes are this object's; null when it was made for this event
    record Told(String type, ObjectTree tree, @Nullable Stored stored) {
        public WatchEvent event() {
            return new WatchEvent(type, tree);
        }
    }

    /// The connection itself is taken over (exec, logs that follow); `takeOver` returns when it is done with
    /// it.
    ///
    /// @param end has it be done soon, from any thread
    record Connection(Consumer<HttpExchange> takeOver, Runnable end) implements Reply {
        @Override
        public int code() {
            return 200;
        }
    }
}
