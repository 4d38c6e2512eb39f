package io.amphora.kubectl.command.create;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.client.AnyObject;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.WriteOptions;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.command.Command;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.List;

/// A command below `create`: writes the manifest of one object, and makes the object.
abstract class Creator implements Command {
    private final String name;
    private final String summary;
    private final String usage;

    /// @param usage what follows `kubectl create NAME`
    Creator(String name, String summary, String usage) {
        this.name = name;
        this.summary = summary;
        this.usage = usage;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String summary() {
        return summary;
    }

    @Override
    public String usage() {
        return "kubectl create " + name + " " + usage;
    }

    /// Flags of its own.
    abstract Flags.Known own(Flags.Known known);

    abstract ObjectTree object(Session session, String name);

    /// What is said when the server refuses, `failed to create deployment: `; "" for the server's own words.
    String failing() {
        return "";
    }

    @Override
    public final Flags.Known flags(Flags.Known common) {
        return own(common.output()
                .dryRun()
                .bool("save-config")
                .text("field-manager")
                .optional("validate", "strict"));
    }

    @Override
    public void run(Session session) {
        String name = name(session);
        DryRun dryRun = DryRun.of(session.flags());
        ObjectTree object = object(session, name);
        var gvk = GroupVersionKind.of(object.text("apiVersion"), object.text("kind"));
        boolean namespaced = !Objects.CLUSTER_WIDE.contains(gvk.kind());
        boolean local = dryRun == DryRun.CLIENT;
        if (namespaced && (session.hasNamespace() || !local))
            object = object.withAt(Tree.of(session.namespace()), "metadata", "namespace");
        if (session.flags().isSet("save-config")) object = Objects.annotated(object);
        if (local) {
            say(session, object, true);
            return;
        }
        Kind kind = session.kinds()
                .find(gvk)
                .orElseThrow(() -> Failure.error("the server doesn't have a resource type \"" + gvk.kind() + "\""));
        say(session, created(session, kind, object), false);
    }

    private ObjectTree created(Session session, Kind kind, ObjectTree object) {
        try {
            WriteOptions options = session.writing("kubectl-create").withFieldValidation(validation(session.flags()));
            String namespace = object.object("metadata").text("namespace");
            return session.resource(kind, namespace)
                    .create(new AnyObject(object), options)
                    .tree();
        } catch (ApiException refused) {
            if (failing().isEmpty()) throw refused;
            throw Failure.error(failing() + refused.getMessage());
        }
    }

    private static String validation(Flags flags) {
        return switch (flags.text("validate", "strict")) {
            case "warn" -> "Warn";
            case "ignore", "false" -> "Ignore";
            default -> "Strict";
        };
    }

    private static void say(Session session, ObjectTree object, boolean own) {
        if (session.flags().text("output").isEmpty())
            session.print(KindTable.name(object) + " created"
                    + DryRun.of(session.flags()).suffix());
        else (own ? Printer.own(session) : Printer.of(session, Printer.OBJECTS)).print(object);
    }

    private static String name(Session session) {
        List<String> words = session.flags().beforeDashes();
        if (words.size() != 1)
            throw Failure.usage(session.command(), "exactly one NAME is required, got " + words.size());
        return words.getFirst();
    }
}
