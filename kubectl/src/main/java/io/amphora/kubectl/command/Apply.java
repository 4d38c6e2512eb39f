package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.api.schema.Schemas;
import io.amphora.client.AnyObject;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.PatchType;
import io.amphora.client.Resource;
import io.amphora.client.WriteOptions;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Refusals;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.Nulls;
import io.amphora.machinery.patch.PatchException;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `apply`: makes the cluster hold what files say. What the last applied file had and the new one has not is
/// removed; what others set is kept. With `--server-side` the server keeps the books (KEP-555), else an annotation
/// does.
final class Apply implements Command {
    private static final String CLIENT_SIDE = "kubectl-client-side-apply";
    private static final String SERVER_SIDE = "kubectl";
    private static final String LAST_APPLIED = "kubectl-last-applied";
    private static final int ATTEMPTS = 5;

    @Override
    public String name() {
        return "apply";
    }

    @Override
    public String summary() {
        return "Apply a configuration to a resource by file name or stdin";
    }

    @Override
    public String usage() {
        return "kubectl apply (-f FILE|FOLDER|- | -k FOLDER) [-R] [--server-side [--force-conflicts]] [--prune -l LABELS]"
                + " [--dry-run=client|server] [-o yaml|json|name]";
    }

    @Override
    public List<Command> commands() {
        return List.of(new ApplyViewLastApplied(), new ApplySetLastApplied(), new ApplyEditLastApplied());
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .dryRun()
                .text("selector", 'l')
                .text("field-manager", "subresource")
                .optional("validate", "strict")
                .optional("cascade", "background")
                .whole("grace-period")
                .duration("timeout")
                .list("prune-allowlist", "prune-whitelist")
                .bool("server-side", "force-conflicts", "force", "overwrite", "openapi-patch", "all", "prune", "wait");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (!flags.arguments().isEmpty())
            throw Failure.usage(
                    "apply", "Unexpected args: " + flags.arguments().toString().replace(", ", " "));
        DryRun dryRun = DryRun.of(flags);
        boolean server = flags.isSet("server-side");
        boolean printing =
                !flags.text("output").isEmpty() && !flags.text("output").equals("name");
        Printer printer = flags.text("output").isEmpty() ? Printer.NOTHING : Printer.of(session, Printer.OBJECTS);
        Manifests.require(flags);
        if (flags.isSet("force-conflicts") && !server)
            throw Failure.error("--force-conflicts only works with --server-side");
        if (server && dryRun == DryRun.CLIENT)
            throw Failure.error(
                    "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
        if (server && flags.isSet("force")) throw Failure.error("--force cannot be used with --server-side");
        if (dryRun == DryRun.SERVER && flags.isSet("force"))
            throw Failure.error("--dry-run=server cannot be used with --force");
        Validation.check(flags);
        Prune prune = Prune.of(session);
        var problems = new Problems().filesFirst();
        List<Selection> selections = Selection.of(session, Selection.Rules.BARE, List.of(), problems);
        if (selections.isEmpty() && problems.isEmpty()) throw Failure.error("no objects passed to apply");
        var applied = new ArrayList<ObjectTree>();
        for (Selection selection : selections)
            problems.attempt(() -> applied.add(new Application(session, selection, printing ? null : printer).apply()));
        if (printing && applied.size() == 1) printer.print(applied.getFirst());
        if (printing && applied.size() > 1) printer.print(Get.list(applied));
        problems.conclude(session);
        prune.run(applied);
    }

    /// One object on its way into the cluster.
    private static final class Application {
        private final Session session;
        private final Flags flags;
        private final @Nullable Printer printer;
        private final Selection selection;
        private final DryRun dryRun;
        private final Kind kind;
        private final ObjectTree wanted;
        private final String name;
        private final String source;
        private final Resource<AnyObject> resource;

        /// @param printer null when objects are printed later
        Application(Session session, Selection selection, @Nullable Printer printer) {
            this.session = session;
            this.flags = session.flags();
            this.printer = printer;
            this.selection = selection;
            this.dryRun = DryRun.of(flags);
            this.kind = selection.kind();
            this.wanted = selection.wanted();
            this.name = selection.name();
            this.source =
                    selection.manifest() == null ? "" : selection.manifest().source();
            this.resource = selection.resource(session);
            String generated = wanted.object("metadata").text("generateName");
            if (name.isEmpty() && !generated.isEmpty())
                throw Failure.error("from " + generated + ": cannot use generate name with apply");
            if (name.isEmpty())
                throw Failure.error("error when retrieving current configuration of:\n" + described()
                        + "\nfrom server for: \"" + source + "\": resource name may not be empty");
        }

        ObjectTree apply() {
            return flags.isSet("server-side") ? applyOnServer() : applyHere();
        }

        private ObjectTree applyOnServer() {
            String manager = flags.text("field-manager").isEmpty() ? SERVER_SIDE : flags.text("field-manager");
            WriteOptions plain = validating().withFieldManager(manager);
            WriteOptions options = flags.isSet("force-conflicts") ? plain.force() : plain;
            try {
                ObjectTree after = applied(options);
                if (dryRun == DryRun.NONE && isUpgraded(after, manager)) after = applied(options);
                return say(after, "serverside-applied");
            } catch (ApiException refused) {
                if (refused.reason().equals("Conflict")) throw Failure.plain(conflict(refused));
                throw refused;
            }
        }

        private ObjectTree applied(WriteOptions options) {
            return resource.patch(name, PatchType.APPLY, wanted, options, flags.text("subresource"))
                    .tree();
        }

        private WriteOptions validating() {
            return dryRun.on(Validation.on(WriteOptions.PLAIN, flags));
        }

        /// Moves an object over from client-side apply, which what was applied does not depend on: a failure is told,
        /// and the next apply tries again.
        ///
        /// @return whether anything was moved, so that the manifest is to be applied anew
        private boolean isUpgraded(ObjectTree object, String manager) {
            ObjectTree kept;
            try {
                kept = manager.equals(SERVER_SIDE) ? annotationKept(object) : object;
            } catch (ApiException refused) {
                session.warn("Warning: failed to migrate " + LastApplied.ANNOTATION + " for Server-Side Apply."
                        + " This is non-fatal and will be retried next time you apply. Error: " + refused.getMessage());
                return false;
            }
            try {
                return isUpgradedFrom(kept, manager);
            } catch (ApiException refused) {
                session.warn("Warning: failed to re-apply configuration after performing Server-Side Apply migration."
                        + " This is non-fatal and will be retried next time you apply. Error: " + refused.getMessage());
                return false;
            }
        }

        /// The annotation of client-side apply stays for those who go back to it, so it gets an owner of its own.
        private ObjectTree annotationKept(ObjectTree object) {
            String text = LastApplied.text(object);
            if (text.isEmpty()
                    || !FieldsUpgrade.annotators(object, FieldsUpgrade.APPLY).isEmpty()) return object;
            ObjectTree justAnnotation = ObjectTree.of(
                            "apiVersion",
                            kind.gvk().apiVersion(),
                            "kind",
                            kind.gvk().kind(),
                            "metadata",
                            identity())
                    .withAt(Tree.of(text), "metadata", "annotations", LastApplied.ANNOTATION);
            WriteOptions options = validating().withFieldManager(LAST_APPLIED);
            return resource.patch(name, PatchType.APPLY, justAnnotation, options, "")
                    .tree();
        }

        private ObjectTree identity() {
            ObjectTree identity = ObjectTree.of("name", name);
            return kind.namespaced() ? identity.with("namespace", selection.namespace()) : identity;
        }

        private boolean isUpgradedFrom(ObjectTree object, String manager) {
            ObjectTree now = object;
            for (int attempt = 1; ; attempt++) {
                var entries = FieldsUpgrade.upgraded(now, manager);
                if (entries.isEmpty()) return false;
                ListTree patch = ListTree.of(
                        replacing("/metadata/managedFields", new ListTree(List.copyOf(entries.get()))),
                        replacing(
                                "/metadata/resourceVersion",
                                Tree.of(now.object("metadata").text("resourceVersion"))));
                try {
                    resource.patch(name, PatchType.JSON, patch);
                    return true;
                } catch (ApiException refused) {
                    if (!refused.reason().equals("Conflict") || attempt == ATTEMPTS) throw refused;
                    now = resource.get(name).tree();
                }
            }
        }

        private static ObjectTree replacing(String path, Tree value) {
            return ObjectTree.of("op", "replace", "path", path, "value", value);
        }

        private ObjectTree applyHere() {
            ObjectTree modified = LastApplied.annotated(wanted);
            var current = current();
            if (current.isEmpty()) return create(modified);
            ObjectTree live = current.getFirst();
            if (dryRun == DryRun.CLIENT) return say(live, "configured");
            if (LastApplied.text(live).isEmpty()) session.warn(missingAnnotation());
            return patch(LastApplied.of(live), modified, live);
        }

        private List<ObjectTree> current() {
            try {
                return List.of(resource.get(name).tree());
            } catch (ApiException refused) {
                if (Selection.isMissing(refused)) return List.of();
                throw Refusals.during(
                        "error when retrieving current configuration of:\n" + described() + "\nfrom server for: \""
                                + source + "\": ",
                        refused);
            }
        }

        private ObjectTree create(ObjectTree modified) {
            if (dryRun == DryRun.CLIENT) return say(modified, "created");
            try {
                // As a patch would do; the annotation keeps them, so that a later apply of the same file changes
                // nothing.
                ObjectTree pruned = Nulls.pruned(modified).object();
                var created = resource.create(new AnyObject(pruned), Validation.on(options(), flags));
                return say(created.tree(), "created");
            } catch (ApiException refused) {
                throw Refusals.during("error when creating \"" + source + "\": ", refused);
            }
        }

        private ObjectTree patch(ObjectTree original, ObjectTree modified, ObjectTree live) {
            Schema schema = Schemas.find(kind.gvk());
            ObjectTree patch = difference(original, modified, live, schema);
            if (patch.isEmpty()) {
                warnIfDeleting(live);
                return say(live, "unchanged");
            }
            var type = schema == null ? PatchType.MERGE : PatchType.STRATEGIC;
            try {
                ObjectTree after = resource.patch(
                                name, type, patch, Validation.on(options(), flags), flags.text("subresource"))
                        .tree();
                warnIfDeleting(after);
                return say(after, "configured");
            } catch (ApiException refused) {
                boolean replaceable =
                        refused.reason().equals("Conflict") || refused.reason().equals("Invalid");
                if (flags.isSet("force") && replaceable) return replace(modified);
                throw Refusals.during(patching(GoJson.write(patch)), refused);
            }
        }

        private ObjectTree difference(
                ObjectTree original, ObjectTree modified, ObjectTree live, @Nullable Schema schema) {
            if (schema == null) return MergePatch.createThreeWay(original, modified, live);
            try {
                return StrategicMergePatch.createThreeWay(original, modified, live, schema, true);
            } catch (PatchException wrong) {
                for (String edition : List.of("openapi v3", "openapi"))
                    session.warn("warning: error calculating patch from " + edition + " spec: " + wrong.getMessage());
                throw Failure.error(patching("") + "creating patch with:\noriginal:\n" + GoJson.write(original)
                        + "\n\nmodified:\n" + GoJson.write(modified) + "\n\ncurrent:\n" + GoJson.write(live)
                        + "\n\nfor:: " + wrong.getMessage());
            }
        }

        private String patching(String patch) {
            return "error when applying patch:\n" + patch + "\nto:\n" + described() + "\nfor: \"" + source
                    + "\": error when patching \"" + source + "\": ";
        }

        private ObjectTree replace(ObjectTree modified) {
            resource.delete(name, DeleteOptions.background().withGraceSeconds(0));
            Waiting.until(session, Waiting.A_WEEK, () -> resource.find(name).isEmpty());
            return say(
                    resource.create(new AnyObject(modified), Validation.on(options(), flags))
                            .tree(),
                    "configured");
        }

        private void warnIfDeleting(ObjectTree object) {
            if (object.object("metadata").has("deletionTimestamp"))
                session.warn("Warning: Detected changes to resource " + name + " which is currently being deleted.");
        }

        private ObjectTree say(ObjectTree object, String what) {
            if (printer == Printer.NOTHING) session.print(KindTable.name(object) + " " + what + dryRun.suffix());
            else if (printer != null) printer.print(object);
            return object;
        }

        private WriteOptions options() {
            return session.writing(CLIENT_SIDE);
        }

        private String missingAnnotation() {
            return "Warning: resource " + kind.plural() + "/" + name + " is missing the " + LastApplied.ANNOTATION
                    + " annotation which is required by kubectl apply. kubectl apply should only be used on resources created"
                    + " declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched"
                    + " automatically.";
        }

        private String described() {
            String version = kind.gvk().group() + "/" + kind.gvk().version();
            return "Resource: \"" + version + ", Resource=" + kind.plural() + "\", GroupVersionKind: \"" + version
                    + ", Kind=" + kind.gvk().kind() + "\"\nName: \"" + name + "\", Namespace: \""
                    + selection.namespace() + "\"";
        }

        private static String conflict(ApiException refused) {
            return "error: " + refused.getMessage()
                    + "\nPlease review the fields above--they currently have other managers. Here\nare the ways you can resolve this"
                    + " warning:\n* If you intend to manage all of these fields, please re-run the apply\n  command with the"
                    + " `--force-conflicts` flag.\n* If you do not intend to manage all of the fields, please edit your\n  manifest to"
                    + " remove references to the fields that should keep their\n  current managers.\n* You may co-own fields by updating"
                    + " your manifest to match the existing\n  value; in this case, you'll become the manager if the other manager(s)\n"
                    + "  stop managing the field (remove it from their configuration).\nSee"
                    + " https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts";
        }
    }
}
