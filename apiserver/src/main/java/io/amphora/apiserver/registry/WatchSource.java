package io.amphora.apiserver.registry;

import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.request.ListOptions;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.request.Reply.Told;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Event;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import io.amphora.apiserver.state.Watch;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.store.CompactedException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The events of one watch: what is there already, if that was asked for, then what happens, now and then a
/// bookmark.
final class WatchSource implements Reply.Source {
    private static final Duration BOOKMARKS = Duration.ofMinutes(1);
    /// A watch that names no end gets one, so that clients spread over servers again after a while.
    private static final Duration LONGEST = Duration.ofMinutes(45);

    private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

    private final ResourceDefinition<?> kind;
    private final Watch watch;
    private final Clock clock;
    private final boolean marksInitialEvents;
    private final Clock.Timer end;
    private volatile Clock.@Nullable Timer bookmark;

    private WatchSource(ResourceDefinition<?> kind, Watch watch, Clock clock, ListOptions options) {
        this.kind = kind;
        this.watch = watch;
        this.clock = clock;
        this.marksInitialEvents = options.initialEvents().orElse(false);
        this.end = clock.after(options.timeout().orElse(LONGEST), watch::close);
        if (options.bookmarks()) scheduleBookmark();
    }

    /// @throws io.amphora.api.ApiException when the server refuses it; what is forgotten is an ERROR event
    ///     instead, because by then Kubernetes has answered 200
    static Reply.Source open(
            ClusterState state, Clock clock, Revisions revisions, Selection selection, ListOptions options) {
        long revision = Revisions.parse(options.resourceVersion());
        boolean listsFirst = options.initialEvents().orElse(revision == 0);
        Snapshot snapshot = listsFirst || revision == 0 ? revisions.atLeast(revision) : state.now();
        long from = listsFirst || revision == 0 ? snapshot.revision() : revision;
        Watch watch;
        try {
            watch = listsFirst ? state.watch(selection.interest(), snapshot) : state.watch(selection.interest(), from);
        } catch (CompactedException forgotten) {
            return failed(Revisions.expired("too old resource version: " + from + " (" + forgotten.oldest() + ")")
                    .status());
        }
        return new WatchSource(selection.kind(), watch, clock, options);
    }

    @Override
    public Optional<Told> next() throws InterruptedException {
        Optional<Event> event = watch.take();
        if (!marksInitialEvents && event.orElse(null) instanceof Event.Listed) event = watch.take();
        return event.map(this::told);
    }

    private Told told(Event event) {
        return switch (event) {
            case Event.Happened(var type, var object) -> told(type.name(), object);
            case Event.Listed(var revision) -> bookmark(revision, true);
            case Event.Bookmark(var revision) -> bookmark(revision, false);
        };
    }

    private Told told(String type, Stored object) {
        return new Told(type, Versions.shown(kind, object), Versions.isAsStored(kind, object) ? object : null);
    }

    private Told bookmark(long revision, boolean endsInitialEvents) {
        ObjectTree metadata = ObjectTree.of("resourceVersion", Long.toString(revision));
        if (endsInitialEvents) metadata = metadata.with("annotations", ObjectTree.of(INITIAL_EVENTS_END, "true"));
        ObjectTree object =
                ObjectTree.of("apiVersion", kind.gvk().apiVersion(), "kind", kind.kind(), "metadata", metadata);
        return new Told("BOOKMARK", object, null);
    }

    @Override
    public boolean requestBookmark() {
        watch.requestBookmark();
        return true;
    }

    private void scheduleBookmark() {
        bookmark = clock.after(BOOKMARKS, () -> {
            watch.requestBookmark();
            scheduleBookmark();
        });
    }

    @Override
    public void close() {
        end.cancel();
        Clock.Timer next = bookmark;
        if (next != null) next.cancel();
        watch.close();
    }

    /// A watch that ends with one error.
    private static Reply.Source failed(ObjectTree status) {
        var left = new ArrayDeque<>(List.of(new Told("ERROR", status, null)));
        return new Reply.Source() {
            @Override
            public Optional<Told> next() {
                return Optional.ofNullable(left.poll());
            }

            @Override
            public void close() {
                left.clear();
            }
        };
    }
}
