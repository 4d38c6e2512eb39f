package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;

/// `config set` and `config unset`: one field by its path, `contexts.x.namespace`.
record ConfigSet(boolean sets) implements Command {
    private static final Set<String> FLAGS = Set.of("insecure-skip-tls-verify", "disable-compression");

    @Override
    public String name() {
        return sets ? "set" : "unset";
    }

    @Override
    public String summary() {
        return sets ? "Set an individual value in a kubeconfig file" : "Unset an individual value in a kubeconfig file";
    }

    @Override
    public String usage() {
        return "kubectl config " + name() + " PROPERTY_NAME" + (sets ? " PROPERTY_VALUE" : "");
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("set-raw-bytes");
    }

    @Override
    public void run(Session session) {
        List<String> words = session.flags().arguments();
        if (words.size() != (sets ? 2 : 1))
            throw Failure.usage(
                    session.command(), "Unexpected args: " + words.toString().replace(", ", " "));
        String property = words.getFirst();
        String[] path = property.split("\\.");
        String list = path.length > 1 ? path[0] : "";
        Config.change(session, list, path.length > 1 ? path[1] : "", config -> changed(session, config, path));
        session.print("Property \"" + property + "\" " + (sets ? "set." : "unset."));
    }

    private ObjectTree changed(Session session, ObjectTree config, String[] path) {
        String value = sets ? session.flags().arguments().getLast() : "";
        if (path.length == 1) {
            boolean list = List.of("contexts", "clusters", "users").contains(path[0]);
            if (!list && !path[0].equals("current-context") && !path[0].equals("preferences"))
                throw Failure.error("unknown property: " + path[0]);
            if (list && sets) throw Failure.error("unable to parse path \"" + path[0] + "\"");
            return sets ? config.with(path[0], value) : config.without(path[0]);
        }
        if (!List.of("contexts", "clusters", "users").contains(path[0]))
            throw Failure.error("unknown property: " + String.join(".", path));
        // Names of entries may hold dots; fields do not.
        String last = path[path.length - 1];
        boolean whole = path.length == 2
                || !sets
                        && Config.find(config.list(path[0]), name(path, path.length))
                                .isPresent();
        if (whole) {
            if (sets) throw Failure.error("unable to set " + String.join(".", path));
            return Config.without(config, path[0], name(path, path.length));
        }
        String name = name(path, path.length - 1);
        return Config.with(config, path[0], name, before -> {
            if (!sets) return before.without(last);
            if (FLAGS.contains(last)) return before.with(last, value.equals("true"));
            boolean raw = last.endsWith("-data") && session.flags().isSet("set-raw-bytes");
            return before.with(
                    last, raw ? Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)) : value);
        });
    }

    private static String name(String[] path, int to) {
        return String.join(".", List.of(path).subList(1, to));
    }
}
