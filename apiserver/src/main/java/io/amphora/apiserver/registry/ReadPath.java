package io.amphora.apiserver.registry;

import io.amphora.api.ApiException;
import io.amphora.api.ResourceDefinition;
import io.amphora.apiserver.request.Call;
import io.amphora.apiserver.request.ListOptions;
import io.amphora.apiserver.request.Reply;
import io.amphora.apiserver.state.ClusterState;
import io.amphora.apiserver.state.Snapshot;
import io.amphora.apiserver.state.Stored;
import io.amphora.machinery.collect.SortedPersistentMap;
import io.amphora.machinery.collect.SortedPersistentMap.Range;
import io.amphora.machinery.time.Clock;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// Reads: get, list and watch of every kind, all from snapshots. Nothing here waits for the store.
public final class ReadPath {
    private static final String TOO_OLD = "The resourceVersion for the provided list is too old.";
    private static final String PAGE_TOO_OLD =
            "The provided continue parameter is too old to display a consistent list result. You can start a new list without "
                    + "the continue parameter, or use the continue token in this response to retrieve the remainder of the results. "
                    + "Continuing with the provided token results in an inconsistent list - objects that were created, modified, or "
                    + "deleted between the time the first chunk was returned and now may show up in the list.";

    private final ClusterState state;
    private final Clock clock;
    private final Revisions revisions;

    public ReadPath(ClusterState state, Clock clock) {
        this.state = state;
        this.clock = clock;
        this.revisions = new Revisions(state);
    }

    public Reply get(Call call, ResourceDefinition<?> kind) {
        Snapshot snapshot = revisions.atLeast(Revisions.parse(call.parameter("resourceVersion")));
        Stored object = snapshot.find(kind, call.namespace(), call.name())
                .orElseThrow(() -> ApiException.notFound(kind, call.name()));
        return one(200, kind, object);
    }

    /// The reply that shows a stored object.
    public static Reply one(int code, ResourceDefinition<?> kind, Stored object) {
        return new Reply.One(
                code, kind, Versions.shown(kind, object), Versions.isAsStored(kind, object) ? object : null);
    }

    public Reply list(Call call, ResourceDefinition<?> kind) {
        ListOptions options = ListOptions.of(call.request(), false);
        Selection selection = Selection.of(kind, call.info(), options);
        Page page = page(selection, options);
        return new Reply.Many(kind, page.metadata(selection), page.items());
    }

    public Reply watch(Call call, ResourceDefinition<?> kind) {
        ListOptions options = ListOptions.of(call.request(), true);
        Selection selection = Selection.of(kind, call.info(), options);
        return new Reply.Events(kind, WatchSource.open(state, clock, revisions, selection, options));
    }

    /// The stored objects that a selection of the present comprises.
    List<Stored> select(Selection selection) {
        return page(state.now(), selection, state.now().list(selection.prefix()), Long.MAX_VALUE)
                .items();
    }

    /// @param next the last key shown, when there may be more; "" at the end
    /// @param remaining how many are left; -1 when nobody counted
    private record Page(Snapshot snapshot, List<Stored> items, String next, long remaining) {
        ObjectTree metadata(Selection selection) {
            var metadata = ObjectTree.builder().put("resourceVersion", Long.toString(snapshot.revision()));
            if (!next.isEmpty()) {
                String start = next.substring(selection.prefix().length());
                metadata.put("continue", new ContinueToken(snapshot.revision(), start).encode());
                if (remaining >= 0) metadata.put("remainingItemCount", remaining);
            }
            return metadata.build();
        }
    }

    private Page page(Selection selection, ListOptions options) {
        long limit = options.limit() == 0 ? Long.MAX_VALUE : options.limit();
        if (!options.continueToken().isEmpty()) {
            ContinueToken token = ContinueToken.decode(options.continueToken());
            if (!options.resourceVersion().isEmpty()
                    && !options.resourceVersion().equals("0"))
                throw ApiException.badRequest("specifying resource version is not allowed when using continue");
            Snapshot snapshot = pageSnapshot(token);
            return page(
                    snapshot,
                    selection,
                    snapshot.listAfter(selection.prefix(), selection.prefix() + token.start()),
                    limit);
        }
        Snapshot snapshot = snapshot(options);
        return page(snapshot, selection, snapshot.list(selection.prefix()), limit);
    }

    private Snapshot snapshot(ListOptions options) {
        long revision = listRevision(options.resourceVersion());
        boolean exact = options.match().equals("Exact")
                || (options.match().isEmpty()
                        && options.limit() > 0
                        && revision > 0); // as it was before there was a match
        return exact ? revisions.exactly(revision, TOO_OLD) : revisions.atLeast(revision);
    }

    private static long listRevision(String text) {
        try {
            return Revisions.parse(text);
        } catch (ApiException malformed) {
            throw ApiException.badRequest("invalid resource version: " + malformed.getMessage());
        }
    }

    private Snapshot pageSnapshot(ContinueToken token) {
        if (token.revision() < 0) return state.now();
        try {
            return revisions.exactly(token.revision(), PAGE_TOO_OLD);
        } catch (ApiException refused) {
            if (refused.code() != 410) throw refused;
            String inconsistent = new ContinueToken(-1, token.start()).encode();
            throw new ApiException(refused.status().with("metadata", ObjectTree.of("continue", inconsistent)));
        }
    }

    private static Page page(Snapshot snapshot, Selection selection, Range<Stored> range, long limit) {
        if (selection.matchesEverything()) {
            Range<Stored> shown = range.limit((int) Math.min(limit, range.size()));
            var items = new ArrayList<Stored>(shown.size());
            shown.addValuesTo(items);
            int left = range.size() - shown.size();
            return new Page(snapshot, items, left == 0 ? "" : items.getLast().key(), left);
        }
        var items = new ArrayList<Stored>();
        for (SortedPersistentMap.Entry<Stored> entry : range) {
            if (!selection.matches(entry.value())) continue;
            if (items.size() == limit)
                return new Page(snapshot, items, items.getLast().key(), -1);
            items.add(entry.value());
        }
        return new Page(snapshot, items, "", -1);
    }
}
