package io.amphora.kubectl;

import io.amphora.api.GroupVersionKind;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Manifests.Manifest;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// What a command line names: `pod a b`, `pod/a deploy/b`, `pods -l app=x`, `pods --all`, `-f file`.
///
/// @param name "" for all of the kind that the selectors leave
public record Selection(Kind kind, String namespace, String name) {

    /// The flags that choose objects.
    public static Flags.Known flags(Flags.Known known) {
        return known.list("filename", 'f')
                .bool("recursive", 'R')
                .text("selector", 'l')
                .text("field-selector")
                .bool("all-namespaces", 'A')
                .bool("all");
    }

    public boolean isNamed() {
        return !name.isEmpty();
    }

    /// @param command for messages
    public static List<Selection> of(Session session, String command) {
        return of(session, command, session.flags().arguments());
    }

    public static List<Selection> of(Session session, String command, List<String> words) {
        Flags flags = session.flags();
        if (flags.has("filename")) return ofFiles(session);
        if (words.isEmpty())
            throw Failure.plain(
                    command.startsWith("rollout")
                            ? "error: required resource not specified"
                            : "error: You must provide one or more resources by argument or filename.\n"
                                    + "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'");
        String namespace = flags.isSet("all-namespaces") ? "" : session.namespace();
        var selections = new ArrayList<Selection>();
        if (words.getFirst().contains("/")) {
            for (String word : words) {
                String[] parts = word.split("/", -1);
                if (parts.length != 2 || parts[0].isEmpty() || parts[1].isEmpty())
                    throw Failure.error(
                            "there is no need to specify a resource type as a separate argument when passing arguments in"
                                    + " resource/name form (e.g. '"
                                    + "kubectl get resource/<resource_name>' instead of 'kubectl get resource"
                                    + " resource/<resource_name>'");
                selections.add(new Selection(session.kinds().named(parts[0]), namespace, parts[1]));
            }
            return selections;
        }
        for (String type : words.getFirst().split(",")) {
            List<Kind> kinds = session.kinds().category(type);
            if (kinds.isEmpty() || session.kinds().findNamed(type).isPresent())
                kinds = List.of(session.kinds().named(type));
            for (Kind kind : kinds) {
                if (words.size() == 1) selections.add(new Selection(kind, namespace, ""));
                for (String name : words.subList(1, words.size())) selections.add(new Selection(kind, namespace, name));
            }
        }
        return selections;
    }

    private static List<Selection> ofFiles(Session session) {
        var problems = new ArrayList<String>();
        var manifests = Manifests.read(
                session.flags().list("filename"), session.flags().isSet("recursive"), session.console(), problems);
        if (!problems.isEmpty()) throw Failure.plain(problems.getFirst());
        return manifests.stream()
                .map(manifest -> new Selection(
                        kindOf(session, manifest),
                        namespaceOf(session, manifest.object()),
                        manifest.object().object("metadata").text("name")))
                .toList();
    }

    public static Kind kindOf(Session session, Manifest manifest) {
        ObjectTree object = manifest.object();
        var gvk = GroupVersionKind.of(object.text("apiVersion"), object.text("kind"));
        return session.kinds()
                .find(gvk)
                .orElseThrow(() -> Failure.plain("error: resource mapping not found for name: \""
                        + object.object("metadata").text("name") + "\" namespace: \""
                        + object.object("metadata").text("namespace") + "\" from \"" + manifest.source()
                        + "\": no matches for kind \""
                        + gvk.kind() + "\" in version \"" + gvk.apiVersion() + "\"\nensure CRDs are installed first"));
    }

    /// The object's own namespace, or the command's; the two must not differ when both are said.
    public static String namespaceOf(Session session, ObjectTree object) {
        String own = object.object("metadata").text("namespace");
        if (own.isEmpty()) return session.namespace();
        if (session.flags().has("namespace") && !own.equals(session.namespace()))
            throw Failure.error("the namespace from the provided object \"" + own + "\" does not match the namespace \""
                    + session.namespace() + "\". You must pass '--namespace=" + own + "' to perform this operation.");
        return own;
    }

    /// The objects of this selection, read from the server.
    public List<ObjectTree> read(Session session) {
        var resource = session.resource(kind, namespace);
        if (isNamed()) return List.of(resource.get(name).tree());
        return resource.listAll(options(session.flags())).items().stream()
                .map(each -> each.tree())
                .toList();
    }

    public static ListOptions options(Flags flags) {
        return ListOptions.ALL
                .with("labelSelector", flags.text("selector"))
                .with("fieldSelector", flags.text("field-selector"));
    }
}
