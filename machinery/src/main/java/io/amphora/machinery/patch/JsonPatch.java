package io.amphora.machinery.patch;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.TreeSize;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A JSON patch (RFC 6902), as lenient as Kubernetes' library for it: `replace` makes what is missing, `test`
/// of a
/// missing member against null succeeds, `copy` of a missing member writes null, and negative indexes count
/// from a
/// list's end.
public final class JsonPatch {
    private static final int MOST_OPERATIONS = 10_000;

    /// Bytes that all copies of one patch may add, as the API server sets it: each could double the document.
    private static final long MOST_COPIED = 3 << 20;

    private final List<ObjectTree> operations;

    private JsonPatch(List<ObjectTree> operations) {
        this.operations = operations;
    }

    /// @throws PatchException MALFORMED when it is no list of objects, TOO_LARGE beyond 10,000 operations
    public static JsonPatch of(Tree patch) {
        if (!(patch instanceof ListTree list)) {
            if (patch.isNull()) return new JsonPatch(List.of());
            throw PatchException.malformed(
                    "json: cannot unmarshal " + type(patch) + " into Go value of type jsonpatch.Patch");
        }
        if (list.size() > MOST_OPERATIONS)
            throw new PatchException(
                    PatchException.Kind.TOO_LARGE,
                    "The allowed maximum operations in a JSON patch is " + MOST_OPERATIONS + ", got " + list.size());
        var operations = new ArrayList<ObjectTree>();
        for (Tree item : list) {
            if (item instanceof ObjectTree operation) operations.add(operation);
            else if (item.isNull()) operations.add(ObjectTree.EMPTY);
            else
                throw PatchException.malformed(
                        "json: cannot unmarshal " + type(item) + " into Go value of type jsonpatch.Operation");
        }
        return new JsonPatch(operations);
    }

    /// @throws PatchException INAPPLICABLE when an operation fails; then none has happened
    public Tree apply(Tree document) {
        Tree patched = document;
        var copied = new Copied();
        for (ObjectTree operation : operations) patched = apply(operation, patched, copied);
        return patched;
    }

    /// Counts what the copies of one patch add.
    private static final class Copied {
        private long bytes;

        void add(Tree value) {
            bytes += TreeSize.bytes(value, MOST_COPIED - bytes);
            if (bytes > MOST_COPIED)
                throw PatchException.inapplicable(
                        "Unable to complete the copy, the accumulated size increase of copy is " + bytes
                                + ", exceeding the limit " + MOST_COPIED);
        }
    }

    private static Tree apply(ObjectTree operation, Tree document, Copied copied) {
        String kind = operation.get("op") instanceof Tree.Text(var op) ? op : "unknown";
        return switch (kind) {
            case "add" -> add(operation, document);
            case "remove" -> remove(operation, document);
            case "replace" -> replace(operation, document);
            case "move" -> move(operation, document);
            case "test" -> test(operation, document);
            case "copy" -> copy(operation, document, copied);
            default -> throw PatchException.inapplicable("Unexpected kind: " + kind);
        };
    }

    private static Tree add(ObjectTree operation, Tree document) {
        String path = member(operation, "path", "add operation failed to decode path: missing value");
        Pointer pointer = Pointer.of(path);
        if (pointer == null || pointer.container(document) == null)
            throw PatchException.inapplicable(
                    "add operation does not apply: doc is missing path: \"" + path + "\": missing value");
        return within("error in add for path: '" + path + "'", () -> pointer.add(document, operation.get("value")));
    }

    private static Tree remove(ObjectTree operation, Tree document) {
        String path = member(operation, "path", "remove operation failed to decode path: missing value");
        Pointer pointer = Pointer.of(path);
        if (pointer == null || pointer.container(document) == null)
            throw PatchException.inapplicable(
                    "remove operation does not apply: doc is missing path: \"" + path + "\": missing value");
        return within("error in remove for path: '" + path + "'", () -> pointer.remove(document));
    }

    private static Tree replace(ObjectTree operation, Tree document) {
        String path = member(
                operation,
                "path",
                "replace operation failed to decode path: operation missing path field: missing value");
        Tree value = operation.get("value");
        if (path.isEmpty()) {
            if (value instanceof ObjectTree || value instanceof ListTree) return value;
            throw PatchException.inapplicable("replace operation value must be object or array");
        }
        Pointer pointer = Pointer.of(path);
        if (pointer == null || pointer.container(document) == null)
            throw PatchException.inapplicable(
                    "replace operation does not apply: doc is missing path: " + path + ": missing value");
        try {
            pointer.get(document);
        } catch (PatchException absent) {
            throw PatchException.inapplicable(
                    "replace operation does not apply: doc is missing key: " + path + ": missing value");
        }
        return pointer.set(document, value);
    }

    private static Tree move(ObjectTree operation, Tree document) {
        String from = member(
                operation,
                "from",
                "move operation failed to decode from: operation, missing from field: missing value");
        Pointer source = Pointer.of(from);
        if (source == null || source.container(document) == null)
            throw PatchException.inapplicable(
                    "move operation does not apply: doc is missing from path: " + from + ": missing value");
        String what = "error in move for path: '" + source.key + "'";
        Tree value = within(what, () -> source.get(document));
        Tree without = within(what, () -> source.remove(document));
        String path = member(
                operation, "path", "move operation failed to decode path: operation missing path field: missing value");
        Pointer target = Pointer.of(path);
        if (target == null || target.container(without) == null)
            throw PatchException.inapplicable(
                    "move operation does not apply: doc is missing destination path: " + path + ": missing value");
        return within("error in move for path: '" + path + "'", () -> target.add(without, value));
    }

    private static Tree copy(ObjectTree operation, Tree document, Copied copied) {
        String from = member(
                operation,
                "from",
                "copy operation failed to decode from: operation, missing from field: missing value");
        Pointer source = Pointer.of(from);
        if (source == null || source.container(document) == null)
            throw PatchException.inapplicable(
                    "copy operation does not apply: doc is missing from path: " + from + ": missing value");
        Tree value = within("error in copy for from: '" + from + "'", () -> source.get(document));
        copied.add(value);
        String path = member(operation, "path", "copy operation failed to decode path: missing value");
        Pointer target = Pointer.of(path);
        if (target == null || target.container(document) == null)
            throw PatchException.inapplicable(
                    "copy operation does not apply: doc is missing destination path: " + path + ": missing value");
        return within("error while adding value during copy", () -> target.add(document, value));
    }

    private static Tree test(ObjectTree operation, Tree document) {
        String path = member(
                operation, "path", "test operation failed to decode path: operation missing path field: missing value");
        Tree value = operation.get("value");
        Tree found = document;
        if (!path.isEmpty()) {
            Pointer pointer = Pointer.of(path);
            if (pointer == null || pointer.container(document) == null)
                throw PatchException.inapplicable(
                        "test operation does not apply: is missing path: " + path + ": missing value");
            found = within("error in test for path: '" + path + "'", () -> pointer.get(document));
        }
        if (found.equals(value)) return document;
        throw PatchException.inapplicable("testing value " + path + " failed: test failed");
    }

    private static String member(ObjectTree operation, String name, String otherwise) {
        if (operation.get(name) instanceof Tree.Text(var text)) return text;
        throw PatchException.inapplicable(otherwise);
    }

    private static Tree within(String what, java.util.function.Supplier<Tree> step) {
        try {
            return step.get();
        } catch (PatchException wrong) {
            throw PatchException.inapplicable(what + ": " + wrong.getMessage());
        }
    }

    private static String type(Tree tree) {
        return switch (tree) {
            case ObjectTree ignored -> "object";
            case ListTree ignored -> "array";
            case Tree.Text ignored -> "string";
            case Tree.Bool ignored -> "bool";
            default -> "number";
        };
    }

    /// A JSON pointer (RFC 6901): the names down to a container, and the key in it.
    private record Pointer(List<String> parents, String key) {

        /// Null for a text without a slash.
        static @Nullable Pointer of(String path) {
            String[] parts = path.split("/", -1);
            if (parts.length < 2) return null;
            var parents = new ArrayList<String>();
            for (int i = 1; i < parts.length - 1; i++) parents.add(unescape(parts[i]));
            return new Pointer(parents, unescape(parts[parts.length - 1]));
        }

        private static String unescape(String part) {
            return part.replace("~1", "/").replace("~0", "~");
        }

        /// The object or list that holds the key; null when there is none.
        @Nullable
        Tree container(Tree document) {
            Tree here = document;
            for (String parent : parents) {
                if (here instanceof ObjectTree object) {
                    here = object.get(parent);
                } else {
                    Integer index = number(parent);
                    ListTree list = here.list();
                    if (index == null || index >= list.size() || index < -list.size()) return null;
                    here = list.get(index < 0 ? index + list.size() : index);
                }
            }
            return here instanceof ObjectTree || here instanceof ListTree ? here : null;
        }

        /// JSON's null where an object has no such member.
        Tree get(Tree document) {
            Tree container = container(document);
            if (container instanceof ObjectTree object) return object.get(key);
            ListTree list = container == null ? ListTree.EMPTY : container.list();
            return list.get(index(list.size(), list.size()));
        }

        Tree set(Tree document, Tree value) {
            return change(document, container -> {
                if (container instanceof ObjectTree object) return object.with(key, value);
                var items = new ArrayList<>(container.list().items());
                items.set(index(items.size(), items.size()), value);
                return new ListTree(items);
            });
        }

        Tree add(Tree document, Tree value) {
            return change(document, container -> {
                if (container instanceof ObjectTree object) return object.with(key, value);
                if (key.equals("-")) return container.list().plus(value);
                if (number(key) == null)
                    throw PatchException.inapplicable("value was not a proper array index: '" + key + "': " + syntax());
                var items = new ArrayList<>(container.list().items());
                items.add(index(items.size() + 1, items.size() + 1), value);
                return new ListTree(items);
            });
        }

        Tree remove(Tree document) {
            return change(document, container -> {
                if (container instanceof ObjectTree object) {
                    if (!object.has(key))
                        throw PatchException.inapplicable(
                                "Unable to remove nonexistent key: " + key + ": missing value");
                    return object.without(key);
                }
                var items = new ArrayList<>(container.list().items());
                items.remove(index(items.size(), items.size()));
                return new ListTree(items);
            });
        }

        /// The document with the container replaced.
        private Tree change(Tree document, UnaryOperator<Tree> change) {
            return change(document, 0, change);
        }

        private Tree change(Tree here, int depth, UnaryOperator<Tree> change) {
            if (depth == parents.size()) return change.apply(here);
            String parent = parents.get(depth);
            if (here instanceof ObjectTree object)
                return object.with(parent, change(object.get(parent), depth + 1, change));
            var items = new ArrayList<>(here.list().items());
            Integer number = number(parent);
            int index = number == null ? 0 : number < 0 ? number + items.size() : number;
            items.set(index, change(items.get(index), depth + 1, change));
            return new ListTree(items);
        }

        /// The key as an index below `limit`; a negative one counts from `size`.
        private int index(int limit, int size) {
            Integer index = number(key);
            if (index == null) throw PatchException.inapplicable(syntax());
            if (index >= limit || index < -size)
                throw PatchException.inapplicable(
                        "Unable to access invalid index: " + index + ": invalid index referenced");
            return index < 0 ? index + size : index;
        }

        private String syntax() {
            return "strconv.Atoi: parsing " + GoText.quote(key) + ": invalid syntax";
        }

        private static @Nullable Integer number(String text) {
            try {
                return Integer.valueOf(text);
            } catch (NumberFormatException none) {
                return null;
            }
        }
    }
}
