package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.api.schema.Schemas;
import io.amphora.client.AnyObject;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.PatchType;
import io.amphora.client.WriteOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Refusals;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `diff`: what `apply` would change. Ends with 0 for nothing, 1 for something, 2 for an error.
final class Diff implements Command {
    @Override
    public String name() {
        return "diff";
    }

    @Override
    public String summary() {
        return "Diff the live version against a would-be applied version";
    }

    @Override
    public String usage() {
        return "kubectl diff -f FILE [--server-side] [--prune [-l LABELS]]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .text("selector", 'l')
                .text("field-manager")
                .list("prune-allowlist")
                .whole("concurrency")
                .bool("server-side", "force-conflicts", "show-managed-fields", "prune");
    }

    @Override
    public void run(Session session) {
        int code;
        try {
            code = diff(session);
        } catch (ApiException refused) {
            session.warn(Refusals.describe(refused));
            code = 2;
        } catch (Failure failure) {
            if (!failure.shown().isEmpty()) session.warn(failure.shown());
            code = 2;
        }
        if (code != 0) throw Failure.silent(code);
    }

    private static int diff(Session session) {
        if (!session.flags().arguments().isEmpty())
            throw Failure.usage(
                    "diff",
                    "Unexpected args: " + session.flags().arguments().toString().replace(", ", " "));
        Manifests.require(session.flags());
        var problems = new Problems();
        List<Selection> selections = Selection.of(session, Selection.Rules.BARE, List.of(), problems);
        if (problems.isEmpty() && selections.isEmpty()) throw Failure.error("no objects passed to diff");
        Prune prune = Prune.ofSelected(session);
        var kept = new ArrayList<ObjectTree>();
        Path live = folder(session, "LIVE-");
        Path merged = folder(session, "MERGED-");
        try {
            for (Selection selection : selections)
                problems.attempt(() -> kept.add(write(session, selection, live, merged)));
            problems.conclude(session);
            for (Found gone : prune.candidates(kept)) write(session, gone, live);
            return Programs.run(session, program(session, live, merged), false);
        } catch (IOException failure) {
            throw Failure.error("failed to run \"diff\": " + failure.getMessage());
        } finally {
            remove(live);
            remove(merged);
        }
    }

    private static List<String> program(Session session, Path live, Path merged) {
        String own = session.environment().getOrDefault("KUBECTL_EXTERNAL_DIFF", "");
        var command = new ArrayList<String>();
        if (own.isEmpty()) command.addAll(List.of("diff", "-u", "-N"));
        else {
            String[] words = own.strip().split("\\s+");
            command.add(words[0]);
            for (int i = 1; i < words.length; i++) if (words[i].matches("[-a-zA-Z0-9=]+")) command.add(words[i]);
        }
        command.add(live.toString());
        command.add(merged.toString());
        return command;
    }

    private static Path folder(Session session, String prefix) {
        try {
            Path parent = Path.of(session.environment().getOrDefault("TMPDIR", System.getProperty("java.io.tmpdir")));
            return Files.createTempDirectory(parent, prefix);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void remove(Path folder) {
        try (var below = Files.list(folder)) {
            for (Path file : below.toList()) Files.delete(file);
            Files.delete(folder);
        } catch (IOException left) {
            // A temporary folder that stays is no harm.
        }
    }

    /// @return the object as it would be
    private static ObjectTree write(Session session, Selection selection, Path live, Path merged) {
        ObjectTree now = selection
                .resource(session)
                .find(selection.name())
                .map(AnyObject::tree)
                .orElse(ObjectTree.EMPTY);
        ObjectTree then = then(session, selection, now);
        Path name = Path.of(fileName(selection.kind(), selection.namespace(), selection.name()));
        boolean secret = isSecret(selection.kind());
        write(live.resolve(name), session, secret ? masked(now, then, "before") : now);
        write(merged.resolve(name), session, secret ? masked(then, now, "after") : then);
        return then;
    }

    /// What `--prune` takes away is on one side only.
    private static void write(Session session, Found gone, Path live) {
        Path file = live.resolve(fileName(gone.kind(), gone.namespace(), gone.name()));
        write(file, session, isSecret(gone.kind()) ? masked(gone.object(), ObjectTree.EMPTY, "before") : gone.object());
    }

    private static void write(Path file, Session session, ObjectTree object) {
        try {
            Files.writeString(file, object.isEmpty() ? "" : text(session, object));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static String fileName(Kind kind, String namespace, String name) {
        var gvk = kind.gvk();
        String group = gvk.group().isEmpty() ? "" : gvk.group() + ".";
        return group + gvk.version() + "." + gvk.kind() + "." + namespace + "." + name;
    }

    private static boolean isSecret(Kind kind) {
        return kind.gvk().group().isEmpty() && kind.gvk().kind().equals("Secret");
    }

    private static String text(Session session, ObjectTree object) {
        return Yaml.write(
                session.flags().isSet("show-managed-fields") ? object : object.withoutAt("metadata", "managedFields"));
    }

    /// The object as it would be, by the server's own account.
    private static ObjectTree then(Session session, Selection selection, ObjectTree now) {
        Flags flags = session.flags();
        var resource = selection.resource(session);
        ObjectTree wanted = selection.wanted();
        WriteOptions dry = WriteOptions.PLAIN.dryRun();
        if (flags.isSet("server-side")) {
            WriteOptions options = dry.withFieldManager(flags.text("field-manager", "kubectl"));
            return resource.patch(
                            selection.name(),
                            PatchType.APPLY,
                            wanted,
                            flags.isSet("force-conflicts") ? options.force() : options,
                            "")
                    .tree();
        }
        WriteOptions options = dry.withFieldManager(flags.text("field-manager", "kubectl-client-side-apply"));
        if (now.isEmpty())
            return resource.create(new AnyObject(wanted), options).tree();
        Schema schema = Schemas.find(selection.kind().gvk());
        ObjectTree original = LastApplied.of(now);
        ObjectTree modified = LastApplied.bare(wanted);
        ObjectTree patch = schema == null
                ? MergePatch.createThreeWay(original, modified, now)
                : StrategicMergePatch.createThreeWay(original, modified, now, schema, true);
        return resource.patch(
                        selection.name(), schema == null ? PatchType.MERGE : PatchType.STRATEGIC, patch, options, "")
                .tree();
    }

    /// A Secret whose values say only whether they change.
    private static ObjectTree masked(ObjectTree secret, ObjectTree other, String when) {
        return secret.change(
                "data",
                data -> data.object().map((name, value) -> {
                    Tree there = other.object("data").find(name);
                    return Tree.of(there == null || there.equals(value) ? "***" : "*** (" + when + ")");
                }));
    }
}
