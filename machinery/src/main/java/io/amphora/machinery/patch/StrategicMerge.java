package io.amphora.machinery.patch;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Merges a strategic merge patch into an object, or a second patch into a first.
///
/// @param combine whether `original` is a patch itself: then directives are passed on instead of obeyed, and
///     nulls are
/// kept
record StrategicMerge(boolean combine) {
    private static final String DIRECTIVE = "$patch";
    private static final String RETAIN = "$retainKeys";
    private static final String ORDER = "$setElementOrder";
    private static final String DELETE = "$deleteFromPrimitiveList";

    ObjectTree objects(ObjectTree original, ObjectTree patch, Schema schema) {
        Tree directive = patch.find(DIRECTIVE);
        if (directive != null) return obey(directive, patch);
        var state = new State(original, patch);
        retainKeys(state);
        orderedLists(state, schema);
        for (var entry : state.patch) member(state, entry.getKey(), entry.getValue(), schema);
        return state.original;
    }

    /// The object so far, and what of the patch is not merged into it yet.
    private static final class State {
        private ObjectTree original;
        private ObjectTree patch;

        State(ObjectTree original, ObjectTree patch) {
            this.original = original;
            this.patch = patch;
        }
    }

    private static ObjectTree obey(Tree directive, ObjectTree patch) {
        if (directive.equals(Tree.of("replace"))) return patch.without(DIRECTIVE);
        if (directive.equals(Tree.of("delete"))) return ObjectTree.EMPTY;
        throw unknown(directive, patch);
    }

    private static PatchException unknown(Tree directive, ObjectTree patch) {
        return PatchException.unclassified(
                "unknown patch type: " + GoText.print(directive) + " in map: " + GoText.print(patch));
    }

    /// `$retainKeys: [a, b]`: members not named go, and the patch sets none that is not named.
    private void retainKeys(State state) {
        Tree keys = state.patch.find(RETAIN);
        if (keys == null) return;
        state.patch = state.patch.without(RETAIN);
        if (combine) {
            Tree own = state.original.find(RETAIN);
            if (own != null && !own.equals(keys))
                throw PatchException.unclassified(GoText.print(own) + " and " + GoText.print(keys)
                        + " are not deep equal: this may happen when calculating the 3-way diff patch");
            state.original = state.original.with(RETAIN, keys);
            return;
        }
        if (!(keys instanceof ListTree list)) throw badRetainKeys();
        var names = new HashSet<>(list.items());
        for (var entry : state.patch) {
            String name = entry.getKey();
            boolean parallel = name.startsWith(DELETE) || name.startsWith(ORDER);
            if (!parallel && !entry.getValue().isNull() && !names.contains(Tree.of(name))) throw badRetainKeys();
        }
        state.original = state.original.map((name, value) -> names.contains(Tree.of(name)) ? value : null);
    }

    private static PatchException badRetainKeys() {
        return PatchException.malformed("invalid patch format of retainKeys");
    }

    private static PatchException badOrder() {
        return PatchException.malformed("invalid patch format of setElementOrder list");
    }

    /// `$setElementOrder/x: […]`, together with `x` itself.
    private void orderedLists(State state, Schema schema) {
        for (var entry : state.patch) {
            if (!entry.getKey().startsWith(ORDER)) continue;
            orderedList(state, entry.getKey(), entry.getValue(), schema);
        }
    }

    private void orderedList(State state, String key, Tree value, Schema schema) {
        if (combine) {
            Tree own = state.original.find(key);
            if (own != null && !own.equals(value)) throw badOrder();
            state.original = state.original.with(key, value);
        }
        state.patch = state.patch.without(key);
        if (!(value instanceof ListTree order)) throw Elements.badType("[]interface {}", value);
        if (!key.startsWith(ORDER + "/")) throw badOrder();
        String name = key.substring(ORDER.length() + 1);
        ListTree live = list(state.original.find(name));
        ListTree changes = list(state.patch.find(name));
        PatchMeta meta = PatchMeta.ofList(schema, name);
        checkOrder(changes == null ? ListTree.EMPTY : changes, order, meta.mergeKey());
        if (live == null && changes == null) return;
        List<Tree> merged;
        if (changes == null) merged = live == null ? List.of() : live.items();
        else if (live == null) merged = withoutDirectives(changes);
        else merged = meta.merges() ? lists(live.items(), changes.items(), meta, false) : changes.items();
        List<Tree> before = live == null ? List.of() : live.items();
        Elements.areObjects(before, changes == null ? List.of() : changes.items());
        List<Tree> places = changes == null ? before : places(before, changes.items(), meta.mergeKey());
        List<Tree> arranged = Elements.arrange(merged, order.items(), places, meta.mergeKey());
        state.original = state.original.with(name, new ListTree(arranged));
        state.patch = state.patch.without(name);
    }

    /// The order that items which the patch does not mention are held to: that of the live list, where the
    /// places that
    /// deletions free at the end are taken by new items.
    private static List<Tree> places(List<Tree> live, List<Tree> changes, String mergeKey) {
        if (mergeKey.isEmpty() || changes.stream().noneMatch(Elements::isDeletion)) return live;
        var gone = Elements.identities(
                changes.stream().filter(Elements::isDeletion).toList(), mergeKey);
        var places = new ArrayList<Tree>();
        for (Tree item : live) if (!gone.contains(Elements.demandIdentity(item, mergeKey))) places.add(item);
        var known = Elements.identities(places, mergeKey);
        for (Tree item : changes) {
            boolean young = !item.object().has(DIRECTIVE) && known.add(Elements.demandIdentity(item, mergeKey));
            if (young && places.size() < live.size()) places.add(item);
        }
        return places;
    }

    private static @Nullable ListTree list(@Nullable Tree tree) {
        if (tree == null) return null;
        if (tree instanceof ListTree list) return list;
        throw Elements.badType("[]interface {}", tree);
    }

    /// The items of the patch must all stand in the order, and as the order has them.
    private static void checkOrder(ListTree changes, ListTree order, String mergeKey) {
        if (changes.isEmpty() || order.isEmpty()) return;
        var ordered = order.items().iterator();
        for (Tree item : changes) {
            boolean directive = !mergeKey.isEmpty() && item.object().has(DIRECTIVE);
            if (directive && (Elements.isDeletion(item) || ordered.hasNext())) continue;
            Tree identity = directive ? Tree.NULL : Elements.demandIdentity(item, mergeKey);
            boolean found = false;
            while (!directive && !found && ordered.hasNext())
                found = Elements.demandIdentity(ordered.next(), mergeKey).equals(identity);
            if (!found)
                throw PatchException.unclassified("The order in patch list:\n" + GoText.print(changes)
                        + "\n doesn't match " + ORDER + " list:\n" + GoText.print(order) + "\n");
        }
    }

    private void member(State state, String key, Tree value, Schema schema) {
        boolean deletes = key.startsWith(DELETE);
        if (deletes && combine) {
            state.original = state.original.with(key, value);
            return;
        }
        if (deletes && !key.startsWith(DELETE + "/"))
            throw PatchException.malformed("invalid patch format of primitive list");
        String name = deletes ? key.substring(DELETE.length() + 1) : key;
        if (value.isNull()) {
            state.original = combine && !deletes ? state.original.with(name, value) : state.original.without(name);
            return;
        }
        Tree own = state.original.find(name);
        if (own == null || own.getClass() != value.getClass()) {
            if (deletes) return;
            Tree made = withoutDirectives(combine ? value : Nulls.pruned(value));
            state.original = made == null ? state.original.without(name) : state.original.with(name, made);
            return;
        }
        state.original = state.original.with(name, merged(own, value, name, deletes, schema));
    }

    private Tree merged(Tree own, Tree value, String name, boolean deletes, Schema schema) {
        if (own instanceof ObjectTree object) {
            PatchMeta meta = PatchMeta.ofObject(schema, name);
            return meta.replaces() ? value : objects(object, value.object(), meta.schema());
        }
        if (own instanceof ListTree list) {
            PatchMeta meta = PatchMeta.ofList(schema, name);
            return meta.merges() || deletes
                    ? new ListTree(lists(list.items(), value.list().items(), meta, deletes))
                    : value;
        }
        return value;
    }

    private List<Tree> lists(List<Tree> live, List<Tree> patch, PatchMeta meta, boolean deletes) {
        if (live.isEmpty() && patch.isEmpty()) return live;
        if (!Elements.areObjects(live, patch)) return scalars(live, patch, deletes);
        String mergeKey = meta.mergeKey();
        if (mergeKey.isEmpty())
            throw PatchException.unclassified("cannot merge lists without merge key for "
                    + (meta.schema().type() == Schema.Type.OBJECT ? "struct" : "map"));
        var changes = new ArrayList<Tree>();
        List<Tree> kept = obeyItems(live, patch, mergeKey, changes);
        if (kept == null) return Elements.sorted(changes, changes, mergeKey);
        var merged = new KeyedItems(kept, mergeKey);
        for (Tree change : changes) {
            Tree identity = Elements.demandIdentity(change, mergeKey);
            int at = merged.find(identity);
            if (at < 0) merged.add(change);
            else merged.set(at, identity, objects(merged.items().get(at).object(), change.object(), meta.schema()));
        }
        return Elements.arrange(merged.items(), changes, kept, mergeKey);
    }

    private List<Tree> scalars(List<Tree> live, List<Tree> patch, boolean deletes) {
        if (deletes) {
            var gone = new HashSet<>(patch);
            return live.stream().filter(item -> !gone.contains(item)).toList();
        }
        var both = new LinkedHashSet<>(live);
        both.addAll(patch);
        return Elements.arrange(List.copyOf(both), patch, live, "");
    }

    /// Obeys the items that are directives and collects the others in `changes`. Returns the live items that
    /// are left;
    /// null when the list is to be replaced.
    private static @Nullable List<Tree> obeyItems(
            List<Tree> live, List<Tree> patch, String mergeKey, List<Tree> changes) {
        var gone = new HashSet<Tree>();
        boolean replace = false;
        for (Tree item : patch) {
            ObjectTree object = item.object();
            Tree directive = object.find(DIRECTIVE);
            if (directive == null) {
                changes.add(item);
                continue;
            }
            switch (directive.text()) {
                case "delete" -> gone.add(Elements.demandIdentity(item, mergeKey));
                case "replace" -> replace = true;
                case "merge" -> throw PatchException.unclassified("merging lists cannot yet be specified in the patch");
                case null, default -> throw unknown(directive, object);
            }
        }
        if (replace) return null;
        return live.stream()
                .filter(item -> !gone.contains(Elements.identity(item, mergeKey)))
                .toList();
    }

    /// A value that is new, without the directives in it; null when it is nothing but one.
    private static @Nullable Tree withoutDirectives(Tree tree) {
        return switch (tree) {
            case ObjectTree object when object.has(DIRECTIVE) -> null;
            case ObjectTree object -> object.map((name, value) -> withoutDirectives(value));
            case ListTree list -> new ListTree(withoutDirectives(list));
            default -> tree;
        };
    }

    private static List<Tree> withoutDirectives(ListTree list) {
        var items = new ArrayList<Tree>(list.size());
        for (Tree item : list) {
            Tree kept = withoutDirectives(item);
            if (kept != null) items.add(kept);
        }
        return items;
    }
}
