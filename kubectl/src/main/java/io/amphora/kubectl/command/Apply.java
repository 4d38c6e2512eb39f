package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.api.schema.Schemas;
import io.amphora.client.AnyObject;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.PatchType;
import io.amphora.client.Resource;
import io.amphora.client.WriteOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Kubectl;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Manifests.Manifest;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.List;

/// `apply`: makes the cluster hold what files say. What the last applied file had and the new one has not is
/// removed; what
/// others set is kept. With `--server-side` the server keeps the books (KEP-555), else an annotation does.
final class Apply implements Command {
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String CLIENT_SIDE = "kubectl-client-side-apply";

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
        return "kubectl apply -f FILE|FOLDER|- [-R] [--server-side [--force-conflicts]] [--dry-run=client|server] [-o yaml|json|name]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.list("filename", 'f')
                .bool("recursive", 'R')
                .text("selector", 'l')
                .bool("server-side")
                .bool("force-conflicts")
                .text("field-manager")
                .optional("dry-run", "unchanged")
                .optional("validate", "strict")
                .text("output", 'o')
                .bool("force")
                .bool("overwrite")
                .bool("all");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (!flags.arguments().isEmpty())
            throw Failure.usage(
                    "apply", "Unexpected args: " + flags.arguments().toString().replace(", ", " "));
        if (flags.list("filename").isEmpty()) throw Failure.error("must specify one of -f and -k");
        DryRun dryRun = DryRun.of(flags);
        if (flags.isSet("server-side") && dryRun == DryRun.CLIENT)
            throw Failure.error(
                    "--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
        if (flags.isSet("server-side") && flags.isSet("force"))
            throw Failure.error("--force cannot be used with --server-side");
        var problems = new ArrayList<String>();
        List<Manifest> manifests =
                Manifests.read(flags.list("filename"), flags.isSet("recursive"), session.console(), problems);
        LabelSelector selector = LabelSelector.parse(flags.text("selector"));
        manifests = manifests.stream()
                .filter(manifest ->
                        selector.matches(manifest.object().object("metadata").object("labels")))
                .toList();
        if (manifests.isEmpty() && problems.isEmpty()) throw Failure.error("no objects passed to apply");
        for (Manifest manifest : manifests) {
            try {
                new Application(session, manifest, dryRun).apply();
            } catch (ApiException refused) {
                problems.add(Kubectl.describe(refused));
            } catch (Failure failure) {
                problems.add(failure.shown());
            }
        }
        problems.forEach(session::warn);
        if (!problems.isEmpty()) throw Failure.silent(1);
    }

    /// One object on its way into the cluster.
    private static final class Application {
        private final Session session;
        private final Manifest manifest;
        private final DryRun dryRun;
        private final Kind kind;
        private final ObjectTree wanted;
        private final String name;
        private final Resource<AnyObject> resource;

        Application(Session session, Manifest manifest, DryRun dryRun) {
            this.session = session;
            this.manifest = manifest;
            this.dryRun = dryRun;
            this.kind = Selection.kindOf(session, manifest);
            String namespace = kind.namespaced() ? Selection.namespaceOf(session, manifest.object()) : "";
            this.wanted = kind.namespaced()
                    ? manifest.object().withAt(Tree.of(namespace), "metadata", "namespace")
                    : manifest.object();
            this.name = wanted.object("metadata").text("name");
            this.resource = session.resource(kind, namespace);
            if (name.isEmpty()) throw Failure.plain(noName(namespace));
        }

        void apply() {
            if (session.flags().isSet("server-side")) applyOnServer();
            else applyHere();
        }

        private void applyOnServer() {
            WriteOptions options = dryRun.on(validation(WriteOptions.PLAIN))
                    .withFieldManager(session.flags().text("field-manager", "kubectl"));
            if (session.flags().isSet("force-conflicts")) options = options.force();
            try {
                say(resource.patch(name, PatchType.APPLY, wanted, options, "").tree(), "serverside-applied");
            } catch (ApiException refused) {
                if (refused.reason().equals("Conflict")) throw Failure.plain(conflict(refused));
                throw refused;
            }
        }

        private void applyHere() {
            ObjectTree modified = annotated(wanted);
            var current = resource.find(name);
            if (current.isEmpty()) {
                create(modified);
                return;
            }
            ObjectTree live = current.get().tree();
            if (live.object("metadata").has("deletionTimestamp"))
                session.warn("Warning: Detected changes to resource " + name + " which is currently being deleted.");
            String last = live.object("metadata").object("annotations").text(LAST_APPLIED);
            if (last.isEmpty()) session.warn(missingAnnotation());
            ObjectTree original =
                    last.isEmpty() ? ObjectTree.EMPTY : Json.read(last).object();
            patch(original, modified, live);
        }

        private void create(ObjectTree modified) {
            if (dryRun == DryRun.CLIENT) {
                say(modified, "created");
                return;
            }
            try {
                say(
                        resource.create(new AnyObject(modified), dryRun.on(validation(options())))
                                .tree(),
                        "created");
            } catch (ApiException refused) {
                throw Failure.plain(Kubectl.describe(refused, "error when creating \"" + manifest.source() + "\": "));
            }
        }

        private void patch(ObjectTree original, ObjectTree modified, ObjectTree live) {
            Schema schema = Schemas.find(kind.gvk());
            ObjectTree patch = schema == null
                    ? MergePatch.createThreeWay(original, modified, live)
                    : StrategicMergePatch.createThreeWay(original, modified, live, schema, true);
            if (patch.isEmpty()) {
                say(live, dryRun == DryRun.CLIENT ? "configured" : "unchanged");
                return;
            }
            if (dryRun == DryRun.CLIENT) {
                say(modified, "configured");
                return;
            }
            var type = schema == null ? PatchType.MERGE : PatchType.STRATEGIC;
            try {
                ObjectTree after = resource.patch(name, type, patch, dryRun.on(validation(options())), "")
                        .tree();
                boolean same = after.object("metadata")
                                .text("resourceVersion")
                                .equals(live.object("metadata").text("resourceVersion"))
                        && dryRun == DryRun.NONE;
                say(after, same ? "unchanged" : "configured");
            } catch (ApiException refused) {
                if (!session.flags().isSet("force")) throw refused;
                resource.delete(name, DeleteOptions.foreground().withGraceSeconds(0));
                Waiting.until(session, () -> resource.find(name).isEmpty());
                say(
                        resource.create(new AnyObject(modified), validation(options()))
                                .tree(),
                        "configured");
            }
        }

        private void say(ObjectTree object, String what) {
            String output = session.flags().text("output");
            if (output.isEmpty())
                session.print(KindTable.singularName(kind) + "/" + name + " " + what + dryRun.suffix());
            else Printer.of(output, session.console().out()).print(object, kind);
        }

        private WriteOptions options() {
            return WriteOptions.PLAIN.withFieldManager(session.flags().text("field-manager", CLIENT_SIDE));
        }

        private WriteOptions validation(WriteOptions options) {
            String how = session.flags().text("validate", "strict");
            return switch (how) {
                case "strict", "true" -> options.withFieldValidation("Strict");
                case "warn" -> options.withFieldValidation("Warn");
                case "ignore", "false" -> options.withFieldValidation("Ignore");
                default ->
                    throw Failure.error("invalid - validate option \"" + how
                            + "\"; must be one of: strict (or true), warn, ignore (or false)");
            };
        }

        private String missingAnnotation() {
            return "Warning: resource " + kind.plural() + "/" + name + " is missing the " + LAST_APPLIED
                    + " annotation which is required by kubectl apply. kubectl apply should only be used on resources created"
                    + " declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched"
                    + " automatically.";
        }

        private String noName(String namespace) {
            var gvk = kind.gvk();
            return "error: error when retrieving current configuration of:\nResource: \"" + gvk.group() + "/"
                    + gvk.version()
                    + ", Resource=" + kind.plural() + "\", GroupVersionKind: \"" + gvk.group() + "/" + gvk.version()
                    + ", Kind="
                    + gvk.kind() + "\"\nName: \"\", Namespace: \"" + namespace + "\"\nfrom server for: \""
                    + manifest.source()
                    + "\": resource name may not be empty";
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

    /// The object with itself as an annotation: what a later apply compares with.
    static ObjectTree annotated(ObjectTree object) {
        ObjectTree annotations = object.object("metadata").object("annotations").without(LAST_APPLIED);
        ObjectTree bare = object.withAt(annotations, "metadata", "annotations");
        return bare.withAt(annotations.with(LAST_APPLIED, Json.write(bare) + "\n"), "metadata", "annotations");
    }
}
