package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.AnyObject;
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
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;

/// `create -f`: makes the objects of files, which must not exist yet; `create namespace NAME` makes a namespace.
final class Create implements Command {
    @Override
    public String name() {
        return "create";
    }

    @Override
    public String summary() {
        return "Create a resource from a file or from stdin";
    }

    @Override
    public String usage() {
        return "kubectl create -f FILE|FOLDER|- [--dry-run=client|server] [-o yaml|json|name]\nkubectl create namespace NAME";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.list("filename", 'f')
                .bool("recursive", 'R')
                .bool("save-config")
                .text("field-manager")
                .optional("dry-run", "unchanged")
                .optional("validate", "strict")
                .text("output", 'o');
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        var problems = new ArrayList<String>();
        var manifests = new ArrayList<Manifest>();
        if (!flags.arguments().isEmpty()) manifests.add(named(flags));
        else if (flags.list("filename").isEmpty()) throw Failure.error("must specify one of -f and -k");
        else
            manifests.addAll(
                    Manifests.read(flags.list("filename"), flags.isSet("recursive"), session.console(), problems));
        for (Manifest manifest : manifests) {
            try {
                create(session, manifest);
            } catch (ApiException refused) {
                String source =
                        flags.arguments().isEmpty() ? "error when creating \"" + manifest.source() + "\": " : "";
                problems.add(Kubectl.describe(refused, source));
            } catch (Failure failure) {
                problems.add(failure.shown());
            }
        }
        problems.forEach(session::warn);
        if (!problems.isEmpty()) throw Failure.silent(1);
    }

    private static Manifest named(Flags flags) {
        String kind = flags.arguments().getFirst();
        if (!kind.equals("namespace") && !kind.equals("ns"))
            throw Failure.error("create " + kind + " is not supported yet; write a manifest and use create -f");
        if (flags.arguments().size() != 2)
            throw Failure.usage(
                    "create namespace",
                    "exactly one NAME is required, got " + (flags.arguments().size() - 1));
        return new Manifest(
                "",
                ObjectTree.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Namespace",
                        "metadata",
                        ObjectTree.of("name", flags.arguments().get(1))));
    }

    private static void create(Session session, Manifest manifest) {
        DryRun dryRun = DryRun.of(session.flags());
        var kind = Selection.kindOf(session, manifest);
        String namespace = kind.namespaced() ? Selection.namespaceOf(session, manifest.object()) : "";
        ObjectTree object =
                session.flags().isSet("save-config") ? Apply.annotated(manifest.object()) : manifest.object();
        if (dryRun != DryRun.CLIENT) {
            WriteOptions options = dryRun.on(WriteOptions.PLAIN.withFieldValidation("Strict"))
                    .withFieldManager(session.flags().text("field-manager", "kubectl-create"));
            object = session.resource(kind, namespace)
                    .create(new AnyObject(object), options)
                    .tree();
        }
        String output = session.flags().text("output");
        if (!output.isEmpty()) Printer.of(output, session.console().out()).print(object, kind);
        else
            session.print(KindTable.singularName(kind) + "/"
                    + object.object("metadata").text("name") + " created" + dryRun.suffix());
    }
}
