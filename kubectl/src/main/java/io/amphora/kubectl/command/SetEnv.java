package io.amphora.kubectl.command;

import io.amphora.client.Discovery.Kind;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/// `set env`: the variables of containers.
final class SetEnv implements Command {
    private static final Pattern NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");

    @Override
    public String name() {
        return "env";
    }

    @Override
    public String summary() {
        return "Update environment variables on a pod template";
    }

    @Override
    public String usage() {
        return "kubectl set env (-f FILE | TYPE NAME) [-c CONTAINER] KEY_1=VAL_1 ... KEY_N- [--list] [--from=configmap/NAME|secret/NAME]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return PodSpecChange.flags(common)
                .text("containers", 'c')
                .text("from", "prefix")
                .list("env", 'e')
                .commas("keys")
                .bool("list", "resolve", "overwrite");
    }

    /// @param set variables, as containers hold them
    private record Change(List<String> words, List<ObjectTree> set, List<String> removed) {}

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        Change change = change(session);
        if (change.words().isEmpty() && !Manifests.named(flags))
            throw Failure.error("one or more resources must be specified as <resource> <name> or <resource>/<name>");
        if (flags.isSet("list") && !flags.text("output").isEmpty())
            throw Failure.error("--list and --output may not be specified together");
        boolean lists = flags.isSet("list");
        if (!lists && change.set().isEmpty() && change.removed().isEmpty()) {
            Selection.each(session, Selection.Rules.BARE, change.words(), found -> {});
            return;
        }
        if (lists) {
            Selection.each(
                    session,
                    new Selection.Rules(flags.isSet("all"), false),
                    change.words(),
                    found -> list(session, changed(session, found, change)));
            return;
        }
        PodSpecChange.each(
                session, change.words(), "kubectl-set", "env updated", found -> changed(session, found, change));
    }

    private static Change change(Session session) {
        Flags flags = session.flags();
        var words = new ArrayList<String>();
        var set = new ArrayList<ObjectTree>();
        var removed = new ArrayList<String>();
        var all = new ArrayList<String>(flags.list("env"));
        for (String word : flags.arguments()) {
            boolean variable = word.contains("=") || word.endsWith("-") && word.length() > 1;
            (variable ? all : words).add(word);
        }
        for (String word : all) {
            if (!word.contains("=")) {
                removed.add(word.substring(0, word.length() - 1));
                continue;
            }
            int equals = word.indexOf('=');
            String name = word.substring(0, equals);
            if (!NAME.matcher(name).matches())
                throw Failure.error(
                        "\"" + name + "\" is not a valid key name: a valid environment variable name must consist"
                                + " of alphabetic characters, digits, '_', '-', or '.', and must not start with a digit (e.g."
                                + " 'my.env-name',  or 'MY_ENV.NAME',  or 'MyEnvName1', regex used for validation is '"
                                + NAME.pattern() + "')");
            set.add(ObjectTree.of("name", name, "value", word.substring(equals + 1)));
        }
        for (ObjectTree variable : set)
            if (removed.contains(variable.text("name")))
                throw Failure.error("can not both modify and remove the same environment variable in the same command");
        if (flags.has("from")) set.addAll(from(session));
        return new Change(words, set, removed);
    }

    /// One variable for every key of a ConfigMap or a Secret.
    private static List<ObjectTree> from(Session session) {
        Flags flags = session.flags();
        String[] parts = flags.text("from").split("/", 2);
        Kind kind = session.kinds().named(parts[0]);
        String name = parts.length == 2 ? parts[1] : "";
        ObjectTree object =
                session.resource(kind, session.namespace()).get(name).tree();
        boolean secret = kind.plural().equals("secrets");
        if (!secret && !kind.plural().equals("configmaps"))
            throw Failure.error("unsupported resource specified in --from");
        var variables = new ArrayList<ObjectTree>();
        for (String key : object.object("data").names()) {
            if (!flags.list("keys").isEmpty() && !flags.list("keys").contains(key)) continue;
            String shown = key.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
            if (!key.matches("[-_a-zA-Z0-9]+")
                    || !shown.equals(key.toUpperCase(Locale.ROOT).replace('-', '_')))
                session.warn("Warning: key " + key + " transferred to " + shown);
            variables.add(ObjectTree.of(
                    "name",
                    flags.text("prefix") + shown,
                    "valueFrom",
                    ObjectTree.of(
                            secret ? "secretKeyRef" : "configMapKeyRef", ObjectTree.of("key", key, "name", name))));
        }
        return variables;
    }

    private static Found changed(Session session, Found found, Change change) {
        String named = session.flags().text("containers", "*");
        var seen = new boolean[] {false};
        ObjectTree spec = PodSpecChange.containers(PodSpecChange.spec(found), container -> {
            if (!PodSpecChange.matches(named, container.text("name"))) return container;
            seen[0] = true;
            ListTree env = changed(session, found, container.list("env"), change);
            return env.isEmpty() ? container.without("env") : container.with("env", env);
        });
        if (!seen[0])
            session.warn("warning: " + found.kind().plural() + "/" + found.name()
                    + " does not have any containers matching \"" + named + "\"");
        return PodSpecChange.with(found, spec);
    }

    private static ListTree changed(Session session, Found found, ListTree env, Change change) {
        var variables = new LinkedHashMap<String, Tree>();
        for (Tree each : env) variables.put(each.object().text("name"), each);
        for (ObjectTree variable : change.set()) {
            String name = variable.text("name");
            if (!session.flags().isUnlessDenied("overwrite") && variables.containsKey(name))
                throw Failure.error(found.kind().plural() + "/" + found.name() + " '" + name
                        + "' already has a value ("
                        + variables.get(name).object().text("value")
                        + "), and --overwrite is false");
            variables.put(name, variable);
        }
        change.removed().forEach(variables::remove);
        return new ListTree(List.copyOf(variables.values()));
    }

    private static void list(Session session, Found found) {
        ObjectTree spec = PodSpecChange.spec(found);
        String named = session.flags().text("containers", "*");
        PodSpecChange.containers(spec, container -> {
            if (PodSpecChange.matches(named, container.text("name"))) {
                session.print("# " + found.kind().gvk().kind() + " " + found.name() + ", container "
                        + container.text("name"));
                for (Tree variable : container.list("env")) list(session, found, variable.object());
            }
            return container;
        });
    }

    private static void list(Session session, Found found, ObjectTree variable) {
        ObjectTree from = variable.object("valueFrom");
        String name = variable.text("name");
        if (from.isEmpty()) {
            session.print(name + "=" + variable.text("value"));
            return;
        }
        boolean secret = from.has("secretKeyRef");
        ObjectTree key = from.object(secret ? "secretKeyRef" : "configMapKeyRef");
        if (session.flags().isSet("resolve") && !key.isEmpty()) {
            ObjectTree data = session.resource(
                            session.kinds().named(secret ? "secrets" : "configmaps"), found.namespace())
                    .get(key.text("name"))
                    .tree()
                    .object("data");
            String value = data.text(key.text("key"));
            session.print(name + "="
                    + (secret ? new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8) : value));
        } else if (from.has("fieldRef"))
            session.print(
                    "# " + name + " from field path " + from.object("fieldRef").text("fieldPath"));
        else if (from.has("resourceFieldRef"))
            session.print("# " + name + " from resource field "
                    + from.object("resourceFieldRef").text("resource"));
        else
            session.print("# " + name + " from " + (secret ? "secret " : "configmap ") + key.text("name") + ", key "
                    + key.text("key"));
    }
}
