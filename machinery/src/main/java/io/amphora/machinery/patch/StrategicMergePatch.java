package io.amphora.machinery.patch;

import io.amphora.machinery.field.GoText;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;

/// Strategic merge patches: merge patches that know from the schema how lists merge.
///
/// ```yaml
/// spec:
///   containers:                       # merges by `name`, for the schema says so
///   - {name: web, image: web:2}
///   - {name: old, $patch: delete}
///   $setElementOrder/containers: [{name: web}, {name: side}]
///   $deleteFromPrimitiveList/finalizers: [x.io/a]
///   strategy: {$retainKeys: [type], type: Recreate}
/// ```
///
/// See the API conventions, "Strategic Merge Patch".
public final class StrategicMergePatch {
    private StrategicMergePatch() {}

    /// @throws PatchException of the kind that the API server is to answer
    public static ObjectTree apply(ObjectTree original, ObjectTree patch, Schema schema) {
        return new StrategicMerge(false).objects(original, patch, schema);
    }

    /// The patch that makes `modified` of `original`.
    public static ObjectTree createTwoWay(ObjectTree original, ObjectTree modified, Schema schema) {
        return new StrategicDiff(true, true, true).objects(original, modified, schema);
    }

    /// What `kubectl apply` sends: the changes from `current` to `modified`, and the removal of what was in
    /// `original`
    /// (the configuration applied last) and is in `modified` no more.
    ///
    /// @param overwrite false to refuse when `current` changed a field otherwise than `modified` does
    /// @throws PatchException CONFLICT when so refused
    public static ObjectTree createThreeWay(
            ObjectTree original, ObjectTree modified, ObjectTree current, Schema schema, boolean overwrite) {
        ObjectTree delta = new StrategicDiff(true, false, true).objects(current, modified, schema);
        ObjectTree deletions = new StrategicDiff(false, true, true).objects(original, modified, schema);
        ObjectTree patch = new StrategicMerge(true).objects(deletions, delta, schema);
        if (!overwrite) {
            ObjectTree changed = new StrategicDiff(true, true, false).objects(original, current, schema);
            if (conflict(patch, changed, schema, "", ""))
                throw new PatchException(
                        PatchException.Kind.CONFLICT,
                        "patch:\n" + Yaml.write(patch) + "\nconflicts with changes made from original to current:\n"
                                + Yaml.write(changed) + "\n");
        }
        return patch;
    }

    /// Whether two patches set something differently.
    private static boolean conflict(Tree left, Tree right, Schema schema, String strategy, String mergeKey) {
        if (left.getClass() != right.getClass()) return true;
        if (left instanceof ObjectTree a && right instanceof ObjectTree b) {
            if (!Objects.equals(a.find("$patch"), b.find("$patch"))) return true;
            if (strategy.equals("replace")) return false;
            for (var entry : a) {
                String name = entry.getKey();
                Tree other = b.find(name);
                if (other == null || name.equals("$patch") || name.equals("$retainKeys")) continue;
                if (name.startsWith("$")) {
                    if (!entry.getValue().equals(other)) return true;
                    continue;
                }
                PatchMeta meta = switch (entry.getValue()) {
                    case ObjectTree ignored -> PatchMeta.ofObject(schema, name);
                    case ListTree ignored -> PatchMeta.ofList(schema, name);
                    default -> new PatchMeta(schema, "", "", false);
                };
                if (conflict(entry.getValue(), other, meta.schema(), meta.strategy(), meta.mergeKey())) return true;
            }
            return false;
        }
        if (left instanceof ListTree a && right instanceof ListTree b)
            return conflict(a.items(), b.items(), schema, strategy, mergeKey);
        return !left.equals(right);
    }

    private static boolean conflict(
            List<Tree> left, List<Tree> right, Schema schema, String strategy, String mergeKey) {
        boolean objects = Elements.areObjects(left, right);
        if (!strategy.equals("merge")) {
            if (left.size() != right.size()) return true;
            if (!objects) return !new HashSet<>(left).equals(new HashSet<>(right));
            for (int i = 0; i < left.size(); i++) if (conflict(left.get(i), right.get(i), schema, "", "")) return true;
            return false;
        }
        if (!objects) return false;
        for (Tree a : left)
            for (Tree b : right) {
                boolean same = GoText.print(Elements.demandIdentity(a, mergeKey))
                        .equals(GoText.print(Elements.demandIdentity(b, mergeKey)));
                if (same && conflict(a, b, schema, "", "")) return true;
            }
        return false;
    }
}
