package io.amphora.kubectl.command;

import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// `taint`: what keeps Pods from nodes.
final class Taint implements Command {
    private static final List<String> EFFECTS = List.of("NoSchedule", "PreferNoSchedule", "NoExecute");

    /// @param effect "" for any, where a taint is removed
    private record One(String key, String value, String effect) {
        ObjectTree tree() {
            ObjectTree tree = ObjectTree.of("key", key, "effect", effect);
            return value.isEmpty() ? tree : tree.with("value", value);
        }

        boolean covers(ObjectTree other) {
            return other.text("key").equals(key)
                    && (effect.isEmpty() || other.text("effect").equals(effect));
        }

        String shown() {
            return key + (value.isEmpty() ? "" : "=" + value) + (effect.isEmpty() ? "" : ":" + effect);
        }
    }

    private record Change(List<One> added, List<One> removed) {}

    @Override
    public String name() {
        return "taint";
    }

    @Override
    public String summary() {
        return "Update the taints on one or more nodes";
    }

    @Override
    public String usage() {
        return "kubectl taint NODE NAME KEY_1=VAL_1:TAINT_EFFECT_1 ... KEY_N-";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.output()
                .dryRun()
                .text("selector", 'l')
                .text("field-manager")
                .bool("overwrite", "all")
                .optional("validate", "strict");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        var words = new ArrayList<String>();
        var specs = new ArrayList<String>();
        for (String word : flags.arguments()) {
            boolean spec = word.contains("=") || word.contains(":") || word.endsWith("-");
            if (!specs.isEmpty() && !spec)
                throw Failure.error("all resources must be specified before taint changes: " + word);
            (spec ? specs : words).add(word);
        }
        if (words.isEmpty()) throw Failure.error("one or more resources must be specified as <resource> <name>");
        Change change = change(specs);
        boolean every = flags.isSet("all") || !flags.text("selector").isEmpty();
        if (flags.isSet("all") && !flags.text("selector").isEmpty())
            throw Failure.error("setting 'all' parameter with a non empty selector is prohibited");
        if (words.size() < 2 && !every && !words.getFirst().contains("/"))
            throw Failure.error("at least one resource name must be specified since 'all' parameter is not set");
        String type = words.getFirst().split("/")[0];
        if (!session.kinds().named(type).plural().equals("nodes"))
            throw Failure.error("invalid resource type " + type + ", only node types are supported");
        if (change.added().isEmpty() && change.removed().isEmpty())
            throw Failure.error("at least one taint update is required");
        DryRun.of(flags);
        var results = new Results(session, "tainted");
        Selection.each(
                session,
                new Selection.Rules(flags.isSet("all"), false),
                words,
                found -> taint(session, found, change, results));
    }

    private static Change change(List<String> specs) {
        var added = new ArrayList<One>();
        var removed = new ArrayList<One>();
        for (String spec : specs) {
            if (spec.endsWith("-")) removed.add(parsed(spec.substring(0, spec.length() - 1), spec, true));
            else added.add(parsed(spec, spec, false));
        }
        var keys = new LinkedHashSet<String>();
        for (One one : added)
            if (!keys.add(one.key() + ":" + one.effect()))
                throw Failure.error("duplicated taints with the same key and effect: {" + one.key() + " " + one.value()
                        + " " + one.effect() + " <nil>}");
        return new Change(added, removed);
    }

    private static One parsed(String text, String spec, boolean removes) {
        String[] parts = text.split(":", -1);
        if (parts.length > 2 || parts[0].isEmpty()) throw Failure.error("invalid taint spec: " + spec);
        String[] pair = parts[0].split("=", -1);
        if (pair.length > 2) throw Failure.error("invalid taint spec: " + spec);
        String effect = parts.length == 2 ? parts[1] : "";
        boolean known = EFFECTS.contains(effect) || removes && effect.isEmpty() && parts.length == 1;
        if (effect.isEmpty() && !removes) throw Failure.error("invalid taint spec: " + spec);
        if (!known) throw Failure.error("invalid taint effect: " + effect + ", unsupported taint effect");
        return new One(pair[0], pair.length == 2 ? pair[1] : "", effect);
    }

    private static void taint(Session session, Found found, Change change, Results results) {
        Flags flags = session.flags();
        List<ObjectTree> before = found.object().object("spec").list("taints").stream()
                .map(Tree::object)
                .toList();
        if (!flags.isSet("overwrite")) {
            List<String> there = change.added().stream()
                    .filter(one -> before.stream().anyMatch(one::covers))
                    .map(One::key)
                    .distinct()
                    .toList();
            if (!there.isEmpty())
                throw Failure.error("node " + found.name() + " already has "
                        + there.toString().replace(", ", " ")
                        + " taint(s) with same effect(s) and --overwrite is false");
        }
        for (One one : change.removed())
            if (before.stream().noneMatch(one::covers)) throw Failure.error("taint \"" + one.shown() + "\" not found");
        var after = new ArrayList<Tree>();
        for (One one : change.added()) after.add(one.tree());
        for (ObjectTree taint : before)
            if (change.added().stream().noneMatch(one -> one.covers(taint))
                    && change.removed().stream().noneMatch(one -> one.covers(taint))) after.add(taint);
        String operation =
                change.added().isEmpty() ? "untainted" : change.removed().isEmpty() ? "tainted" : "modified";
        if (DryRun.of(flags) == DryRun.CLIENT) {
            results.say(found.object().withAt(new ListTree(after), "spec", "taints"), operation);
            return;
        }
        ObjectTree patch = ObjectTree.of("spec", ObjectTree.of("taints", new ListTree(after)));
        results.say(
                found.resource(session)
                        .patch(found.name(), PatchType.MERGE, patch, session.writing("kubectl-taint"), "")
                        .tree(),
                operation);
    }
}
