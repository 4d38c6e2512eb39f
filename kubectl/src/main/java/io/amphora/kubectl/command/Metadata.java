package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/// What `label` and `annotate` have in common: pairs that set, and names that remove.
///
/// @param words that name objects
record Metadata(List<String> words, Map<String, String> set, List<String> removed) {

    /// Whether a word changes something rather than naming an object: `key=value`, `key-`.
    static boolean isChange(String word) {
        return word.contains("=") && !word.startsWith("=") || word.endsWith("-") && word.length() > 1;
    }

    static Metadata of(List<String> arguments, String what) {
        var words = new ArrayList<String>();
        var set = new LinkedHashMap<String, String>();
        var removed = new ArrayList<String>();
        boolean changes = false;
        for (String word : arguments) {
            boolean change = isChange(word);
            if (changes && !change)
                throw Failure.error("all resources must be specified before " + what + " changes: " + word);
            changes |= change;
            if (!change) words.add(word);
            else if (word.contains("=")) {
                int equals = word.indexOf('=');
                set.put(word.substring(0, equals), word.substring(equals + 1));
            } else removed.add(word.substring(0, word.length() - 1));
        }
        return new Metadata(words, set, removed);
    }

    boolean isEmpty() {
        return set.isEmpty() && removed.isEmpty();
    }

    boolean setsWhatItRemoves() {
        return removed.stream().anyMatch(set::containsKey);
    }

    /// The labels or annotations of an object afterwards.
    ObjectTree applied(ObjectTree before) {
        ObjectTree after = before;
        for (String name : removed) after = after.without(name);
        for (var pair : set.entrySet()) after = after.with(pair.getKey(), pair.getValue());
        return after;
    }

    /// As a merge patch of `metadata`.
    ObjectTree patch(String field, String resourceVersion) {
        ObjectTree changes = ObjectTree.EMPTY;
        for (String name : removed) changes = changes.with(name, Tree.NULL);
        for (var pair : set.entrySet()) changes = changes.with(pair.getKey(), pair.getValue());
        ObjectTree patch = ObjectTree.EMPTY.withAt(changes, "metadata", field);
        return resourceVersion.isEmpty()
                ? patch
                : patch.withAt(Tree.of(resourceVersion), "metadata", "resourceVersion");
    }

    /// Objects that the words name, as the command's flags have it.
    void each(Session session, Consumer<Found> work) {
        Flags flags = session.flags();
        var rules = new Selection.Rules(flags.isSet("all"), false);
        if (!flags.isSet("local")) {
            Selection.each(session, rules, words, work);
            return;
        }
        var problems = new Problems();
        for (Selection selection : Selection.of(session, rules, words, problems))
            problems.attempt(() -> selection.said(session).forEach(work));
        problems.conclude(session);
    }
}
