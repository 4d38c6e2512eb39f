package io.amphora.kubectl.command;

import io.amphora.api.schema.Schemas;
import io.amphora.api.transport.ApiRequest;
import io.amphora.client.PatchType;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.KindTable;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.patch.JsonPatch;
import io.amphora.machinery.patch.MergePatch;
import io.amphora.machinery.patch.StrategicMergePatch;
import io.amphora.machinery.schema.Schema;
import io.amphora.machinery.tree.Json;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;

/// `patch`: changes fields of an object.
final class Patch implements Command {
    @Override
    public String name() {
        return "patch";
    }

    @Override
    public String summary() {
        return "Update fields of a resource";
    }

    @Override
    public String usage() {
        return "kubectl patch (-f FILE | TYPE NAME) [--type=strategic|merge|json] -p PATCH | --patch-file FILE";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.files()
                .output()
                .dryRun()
                .text("patch", 'p')
                .text("patch-file", "type", "subresource", "field-manager")
                .bool("local");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        String type = flags.text("type", "strategic");
        if (flags.text("patch").isEmpty() == flags.text("patch-file").isEmpty()) {
            if (!flags.text("patch").isEmpty()) throw Failure.error("cannot specify --patch and --patch-file together");
            throw Failure.error("must specify --patch or --patch-file containing the contents of the patch");
        }
        if (!List.of("json", "merge", "strategic").contains(type.toLowerCase(Locale.ROOT)))
            throw Failure.error("--type must be one of [json merge strategic], not \"" + type + "\"");
        DryRun.of(flags);
        byte[] patch = json(text(session));
        Printer printer = flags.text("output").isEmpty() ? Printer.NOTHING : Printer.of(session, Printer.OBJECTS);
        var problems = new Problems();
        for (Selection selection : Selection.of(session, Selection.Rules.NAMED, flags.arguments(), problems))
            problems.attempt(() -> {
                for (Found found : flags.isSet("local") ? selection.said(session) : selection.read(session))
                    patch(session, found, type.toLowerCase(Locale.ROOT), patch, printer);
            });
        problems.conclude(session);
    }

    private static String text(Session session) {
        String file = session.flags().text("patch-file");
        return file.isEmpty()
                ? session.flags().text("patch")
                : new String(session.bytes(file, "unable to read patch file: "), StandardCharsets.UTF_8);
    }

    /// A patch may be YAML; what begins as JSON is left to the server to judge.
    private static byte[] json(String text) {
        if (text.stripLeading().startsWith("{")) return text.getBytes(StandardCharsets.UTF_8);
        try {
            return Json.bytes(Yaml.read(text));
        } catch (JsonSyntaxException wrong) {
            throw Failure.error("unable to parse \"" + text + "\": " + wrong.getMessage());
        }
    }

    private static void patch(Session session, Found found, String type, byte[] patch, Printer printer) {
        Flags flags = session.flags();
        ObjectTree before = found.object();
        boolean here = flags.isSet("local") || DryRun.of(flags) == DryRun.CLIENT;
        ObjectTree after = here ? applied(found, type, Json.read(patch)) : sent(session, found, patchType(type), patch);
        if (printer != Printer.NOTHING) {
            printer.print(after);
            return;
        }
        session.print(KindTable.name(after) + (after.equals(before) ? " patched (no change)" : " patched"));
    }

    private static PatchType patchType(String type) {
        return switch (type) {
            case "json" -> PatchType.JSON;
            case "merge" -> PatchType.MERGE;
            default -> PatchType.STRATEGIC;
        };
    }

    private static ObjectTree sent(Session session, Found found, PatchType type, byte[] patch) {
        String subresource = session.flags().text("subresource");
        String path = found.kind().target().path(found.namespace()) + "/" + found.name()
                + (subresource.isEmpty() ? "" : "/" + subresource);
        return session.client()
                .call(
                        "PATCH",
                        path,
                        session.writing("kubectl-patch").query(),
                        new ApiRequest.Body.Bytes(type.contentType(), patch));
    }

    private static ObjectTree applied(Found found, String type, Tree patch) {
        Schema schema = Schemas.find(found.kind().gvk());
        return switch (type) {
            case "json" -> JsonPatch.of(patch).apply(found.object()).object();
            case "merge" -> MergePatch.apply(found.object(), patch).object();
            default -> {
                if (schema == null)
                    throw Failure.error("unable to find api field in struct Unstructured for the json field");
                yield StrategicMergePatch.apply(found.object(), patch.object(), schema);
            }
        };
    }
}
