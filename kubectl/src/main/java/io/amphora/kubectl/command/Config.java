package io.amphora.kubectl.command;

import io.amphora.client.Kubeconfig;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.JsonSyntaxException;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// `config` and what is below it: the kubeconfig files, looked at and changed.
final class Config {
    private Config() {}

    static Command command() {
        return new Command.Group(
                "config",
                "Modify kubeconfig files",
                List.of(
                        new ConfigView(),
                        new ConfigContexts(),
                        new ConfigNames("get-clusters", "clusters", "No clusters found."),
                        new ConfigNames("get-users", "users", "No users found."),
                        new ConfigCurrentContext(),
                        new ConfigUseContext(),
                        new ConfigRenameContext(),
                        new ConfigDelete("context", "contexts"),
                        new ConfigDelete("cluster", "clusters"),
                        new ConfigDelete("user", "users"),
                        new ConfigSetContext(),
                        new ConfigSetCluster(),
                        new ConfigSetCredentials(),
                        new ConfigSet(true),
                        new ConfigSet(false)));
    }

    /// The files, as flags and environment name them.
    static List<Path> files(Session session) {
        String named = session.flags().text("kubeconfig");
        if (!named.isEmpty()) return List.of(session.file(named));
        return Kubeconfig.files(session.environment()).stream()
                .map(session.folder()::resolve)
                .toList();
    }

    /// How messages call the file that is changed.
    static String shown(Session session) {
        String named = session.flags().text("kubeconfig");
        return named.isEmpty() ? home(session).toString() : named;
    }

    /// All files as one.
    static ObjectTree merged(Session session) {
        ObjectTree merged = ObjectTree.EMPTY;
        for (Path file : files(session)) {
            ObjectTree one = read(file);
            for (String list : List.of("clusters", "contexts", "users")) {
                ListTree entries = merged.list(list);
                for (Tree entry : one.list(list))
                    if (find(entries, entry.object().text("name")).isEmpty()) entries = entries.plus(entry);
                merged = merged.with(list, entries);
            }
            if (merged.text("current-context").isEmpty())
                merged = merged.with("current-context", one.text("current-context"));
            for (String name : one.names()) if (!merged.has(name)) merged = merged.with(name, one.get(name));
        }
        return merged;
    }

    private static ObjectTree read(Path file) {
        if (!Files.exists(file)) return ObjectTree.EMPTY;
        try {
            return Yaml.read(Files.readAllBytes(file)).object();
        } catch (IOException failure) {
            throw Failure.error(String.valueOf(failure.getMessage()));
        } catch (JsonSyntaxException wrong) {
            throw Failure.error("error loading config file \"" + file + "\": " + wrong.getMessage());
        }
    }

    private static Path home(Session session) {
        List<Path> files = files(session);
        for (Path file : files) if (Files.exists(file)) return file;
        return files.isEmpty() ? session.file("config") : files.getFirst();
    }

    /// Changes the file that has the entry, or the first one.
    static void change(Session session, String list, String name, UnaryOperator<ObjectTree> change) {
        Path target = home(session);
        for (Path file : files(session)) {
            ObjectTree tree = read(file);
            boolean has = list.isEmpty()
                    ? !tree.text("current-context").isEmpty()
                    : find(tree.list(list), name).isPresent();
            if (has) {
                target = file;
                break;
            }
        }
        ObjectTree after = change.apply(read(target));
        try {
            Kubeconfig.of(complete(after)).write(target);
        } catch (IOException failure) {
            throw Failure.error("open " + target + ": " + Session.why(failure));
        }
    }

    /// A configuration with all that a file of it has, entries by name.
    static ObjectTree complete(ObjectTree config) {
        ObjectTree complete = config.with("apiVersion", "v1")
                .with("kind", "Config")
                .with("current-context", config.text("current-context"));
        for (String list : List.of("clusters", "contexts", "users")) {
            List<Tree> entries = new ArrayList<>(config.list(list).items());
            entries.sort(Comparator.comparing(entry -> entry.object().text("name")));
            complete = complete.with(list, entries.isEmpty() ? Tree.NULL : new ListTree(entries));
        }
        return complete.object("preferences").isEmpty() ? complete.without("preferences") : complete;
    }

    static Optional<ObjectTree> find(ListTree entries, String name) {
        return entries.stream()
                .map(Tree::object)
                .filter(entry -> entry.text("name").equals(name))
                .findFirst();
    }

    /// What a list calls the inside of its entries: `contexts` -> `context`.
    static String inside(String list) {
        return list.substring(0, list.length() - 1);
    }

    /// A configuration with an entry changed, made where there is none.
    static ObjectTree with(ObjectTree config, String list, String name, UnaryOperator<ObjectTree> change) {
        String key = inside(list);
        ListTree entries = config.list(list);
        ObjectTree before = find(entries, name).map(entry -> entry.object(key)).orElse(ObjectTree.EMPTY);
        ObjectTree entry = ObjectTree.of("name", name, key, change.apply(before));
        boolean known = find(entries, name).isPresent();
        return config.with(
                list,
                known
                        ? entries.map(each -> each.object().text("name").equals(name) ? entry : each)
                        : entries.plus(entry));
    }

    static ObjectTree without(ObjectTree config, String list, String name) {
        return config.with(
                list,
                new ListTree(config.list(list).stream()
                        .filter(entry -> !entry.object().text("name").equals(name))
                        .toList()));
    }

    static String name(Session session) {
        List<String> words = session.flags().arguments();
        if (words.size() != 1)
            throw Failure.usage(
                    session.command(), "Unexpected args: " + words.toString().replace(", ", " "));
        return words.getFirst();
    }
}
