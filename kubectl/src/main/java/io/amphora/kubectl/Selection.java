package io.amphora.kubectl;

import io.amphora.api.ApiException;
import io.amphora.api.GroupVersionKind;
import io.amphora.client.AnyObject;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.client.Resource;
import io.amphora.kubectl.Manifests.Manifest;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a command line names: `pod a b`, `pod/a deploy/b`, `pods -l app=x`, `pods --all`, `-f file`. One selection
/// is one object, or all of a kind that the selectors leave.
///
/// @param name "" for all of the kind
/// @param manifest what a file says of the object; null where words named it
public record Selection(
        Kind kind, String namespace, String name, @Nullable Manifest manifest) {
    public static final String NOTHING = "error: You must provide one or more resources by argument or filename.\n"
            + "Example resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n"
            + "   '<resource> <name>'\n   '<resource>'";

    /// An object of the cluster, or of a file.
    public record Found(Kind kind, ObjectTree object) {
        public String name() {
            return object.object("metadata").text("name");
        }

        public String namespace() {
            return object.object("metadata").text("namespace");
        }

        public Resource<AnyObject> resource(Session session) {
            return session.resource(kind, namespace());
        }

        public Found with(ObjectTree other) {
            return new Found(kind, other);
        }
    }

    /// How a command takes words.
    ///
    /// @param bare whether a kind alone means all of it
    /// @param everything whether `--all` selects, and so forbids names
    /// @param selectors whether `--selector` does; it may be what the command writes into an object
    public record Rules(boolean bare, boolean everything, boolean selectors) {
        public static final Rules BARE = new Rules(true, false);
        public static final Rules NAMED = new Rules(false, false);
        public static final Rules NAMED_ONLY = new Rules(false, false, false);

        public Rules(boolean bare, boolean everything) {
            this(bare, everything, true);
        }
    }

    /// The flags that choose objects.
    public static Flags.Known flags(Flags.Known known) {
        return known.files().text("selector", 'l').text("field-selector").bool("all");
    }

    public boolean isNamed() {
        return !name.isEmpty();
    }

    public static List<Selection> of(Session session, Rules rules) {
        return of(session, rules, session.flags().arguments());
    }

    public static List<Selection> of(Session session, Rules rules, List<String> words) {
        var problems = new Problems();
        List<Selection> selections = of(session, rules, words, problems);
        problems.conclude(session);
        return selections;
    }

    /// @param problems takes what is wrong with one file of several
    public static List<Selection> of(Session session, Rules rules, List<String> words, Problems problems) {
        if (Manifests.named(session.flags())) {
            if (!words.isEmpty())
                throw Failure.error("when paths, URLs, or stdin is provided as input, you may not specify a resource"
                        + " by arguments as well");
            return ofFiles(session, rules, problems);
        }
        return new Words(session, rules).read(words);
    }

    /// Reads words that name kinds and objects.
    private record Words(Session session, Rules rules) {
        List<Selection> read(List<String> words) {
            Flags flags = session.flags();
            boolean selected = rules.selectors() && (has(flags, "selector") || has(flags, "field-selector"));
            boolean all = rules.everything() && flags.isSet("all");
            if (words.stream().anyMatch(word -> word.contains("/"))) {
                if (selected || all)
                    throw Failure.error(
                            "selectors and the all flag cannot be used when passing resource/name arguments");
                if (!words.stream().allMatch(word -> word.contains("/")))
                    throw Failure.error(
                            "there is no need to specify a resource type as a separate argument when passing arguments in"
                                    + " resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl"
                                    + " get resource resource/<resource_name>'");
                return words.stream().map(this::pair).toList();
            }
            if (words.isEmpty()) {
                if (selected || all) throw Failure.error("at least one resource must be specified to use a selector");
                throw Failure.plain(NOTHING);
            }
            String[] types = words.getFirst().split(",", -1);
            List<String> names = words.subList(1, words.size());
            if (!names.isEmpty() && (selected || all))
                throw Failure.error(
                        types.length > 1
                                ? "selectors and the all flag cannot be used when passing resource/name arguments"
                                : "name cannot be provided when a selector is specified");
            var selections = new ArrayList<Selection>();
            for (Kind kind : kinds(types)) {
                if (names.isEmpty()) selections.add(new Selection(kind, namespace(kind), "", null));
                for (String name : names) selections.add(named(kind, name));
            }
            if (names.isEmpty() && !selected && !all && !rules.bare())
                throw Failure.error("resource(s) were provided, but no name was specified");
            return selections;
        }

        private static boolean has(Flags flags, String name) {
            return !flags.text(name).isEmpty();
        }

        private Selection pair(String word) {
            String[] parts = word.split("/", -1);
            if (parts.length > 2)
                throw Failure.error("arguments in resource/name form may not have more than one slash");
            if (parts[0].isEmpty() || parts[1].isEmpty() || parts[0].contains(","))
                throw Failure.error("arguments in resource/name form must have a single resource and name");
            return named(session.kinds().named(parts[0]), parts[1]);
        }

        private List<Kind> kinds(String[] types) {
            var kinds = new ArrayList<Kind>();
            for (String type : types) {
                List<Kind> category = session.kinds().category(type);
                boolean known =
                        category.isEmpty() || session.kinds().findNamed(type).isPresent();
                kinds.addAll(known ? List.of(session.kinds().named(type)) : category);
            }
            return kinds;
        }

        private Selection named(Kind kind, String name) {
            if (kind.namespaced() && session.flags().isSet("all-namespaces"))
                throw Failure.error("a resource cannot be retrieved by name across all namespaces");
            return new Selection(kind, namespace(kind), name, null);
        }

        private String namespace(Kind kind) {
            return !kind.namespaced() || session.flags().isSet("all-namespaces") ? "" : session.namespace();
        }
    }

    private static List<Selection> ofFiles(Session session, Rules rules, Problems problems) {
        LabelSelector labels =
                LabelSelector.parse(rules.selectors() ? session.flags().text("selector") : "");
        var selections = new ArrayList<Selection>();
        Manifests.each(session, problems, manifest -> {
            if (labels.matches(manifest.object().object("metadata").object("labels")))
                problems.attemptFile(() -> selections.add(of(session, manifest)));
        });
        return selections;
    }

    public static Selection of(Session session, Manifest manifest) {
        Kind kind = kindOf(session, manifest);
        String namespace = kind.namespaced() ? namespaceOf(session, manifest.object()) : "";
        return new Selection(
                kind, namespace, manifest.object().object("metadata").text("name"), manifest);
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
        if (session.hasNamespace() && !own.equals(session.namespace()))
            throw Failure.error("the namespace from the provided object \"" + own + "\" does not match the namespace \""
                    + session.namespace() + "\". You must pass '--namespace=" + own + "' to perform this operation.");
        return own;
    }

    public Resource<AnyObject> resource(Session session) {
        return session.resource(kind, namespace);
    }

    /// The manifest with the namespace it goes to.
    public ObjectTree wanted() {
        if (manifest == null) throw new IllegalStateException("no file names " + name);
        return kind.namespaced()
                ? manifest.object().withAt(io.amphora.machinery.tree.Tree.of(namespace), "metadata", "namespace")
                : manifest.object();
    }

    /// The objects of this selection, read from the server.
    public List<Found> read(Session session) {
        if (isNamed())
            return List.of(new Found(kind, resource(session).get(name).tree()));
        try {
            return resource(session).listAll(options(session.flags())).items().stream()
                    .map(each -> new Found(kind, each.tree()))
                    .toList();
        } catch (ApiException refused) {
            throw unlistable(session, refused);
        }
    }

    /// A refusal of a list, which says what was to be listed.
    public ApiException unlistable(Session session, ApiException refused) {
        if (refused.code() != 400 && refused.code() != 404) return refused;
        var gvk = kind.gvk();
        String what = "\"" + gvk.group() + "/" + gvk.version() + ", Resource=" + kind.plural() + "\"";
        String labels = session.flags().text("selector");
        String fields = session.flags().text("field-selector");
        return Refusals.during(
                labels.isEmpty() && fields.isEmpty()
                        ? "Unable to list " + what + ": "
                        : "Unable to find " + what + " that match label selector \"" + labels + "\", field selector \""
                                + fields + "\": ",
                refused);
    }

    /// The objects of this selection: as the file says them, else read from the server.
    public List<Found> said(Session session) {
        return manifest == null ? read(session) : List.of(new Found(kind, wanted()));
    }

    public static ListOptions options(Flags flags) {
        return ListOptions.ALL
                .with("labelSelector", flags.text("selector"))
                .with("fieldSelector", flags.text("field-selector"));
    }

    /// Does something with each object, goes on where one fails, and ends with what failed.
    ///
    /// @return how many objects there were
    public static int each(Session session, Rules rules, List<String> words, Consumer<Found> work) {
        var problems = new Problems();
        int count = 0;
        for (Selection selection : of(session, rules, words, problems)) {
            var objects = new ArrayList<Found>();
            problems.attempt(() -> objects.addAll(selection.read(session)));
            count += objects.size();
            for (Found found : objects) problems.attempt(() -> work.accept(found));
        }
        problems.conclude(session);
        return count;
    }

    /// Whether a refusal says that there is no such object.
    public static boolean isMissing(ApiException refused) {
        return refused.code() == 404;
    }
}
