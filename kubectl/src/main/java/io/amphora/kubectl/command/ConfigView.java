package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.kubectl.output.Printer;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import io.amphora.machinery.tree.Yaml;
import java.util.Base64;
import java.util.List;

/// `config view`: the configuration, without its secrets.
final class ConfigView implements Command {
    @Override
    public String name() {
        return "view";
    }

    @Override
    public String summary() {
        return "Display merged kubeconfig settings or a specified kubeconfig file";
    }

    @Override
    public String usage() {
        return "kubectl config view [--minify] [--flatten] [--raw] [-o yaml|json|jsonpath=...]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.output().bool("minify", "flatten", "raw", "merge");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (!flags.arguments().isEmpty())
            throw Failure.usage(
                    "config view",
                    "unexpected arguments: " + flags.arguments().toString().replace(", ", " "));
        ObjectTree config = Config.merged(session);
        if (flags.isSet("minify")) config = minified(flags, config);
        if (flags.isSet("flatten")) config = flattened(session, config);
        if (!flags.isSet("raw")) config = redacted(config);
        config = Config.complete(config);
        if (flags.text("output").isEmpty()) session.console().out().print(Yaml.write(config));
        else if (flags.text("output").equals("json")) session.print(GoJson.prettyOwn(config, "    "));
        else Printer.of(session, Printer.OBJECTS).print(config);
    }

    private static ObjectTree minified(Flags flags, ObjectTree config) {
        String name = flags.text("context", config.text("current-context"));
        if (name.isEmpty()) throw Failure.error("current-context must exist in order to minify");
        ObjectTree context = Config.find(config.list("contexts"), name)
                .orElseThrow(() -> Failure.error("cannot locate context " + name));
        ObjectTree pair = context.object("context");
        ObjectTree small = config.with("current-context", name).with("contexts", ListTree.of(context));
        for (String part : List.of("cluster", "user")) {
            ListTree kept = Config.find(config.list(part + "s"), pair.text(part))
                    .map(ListTree::of)
                    .orElse(ListTree.EMPTY);
            small = small.with(part + "s", kept);
        }
        return small;
    }

    private static ObjectTree flattened(Session session, ObjectTree config) {
        ObjectTree flat = config.change(
                "clusters",
                list -> list.list().map(entry -> inlined(session, entry, "cluster", "certificate-authority")));
        return flat.change(
                "users",
                list -> list.list()
                        .map(entry -> inlined(
                                session, inlined(session, entry, "user", "client-certificate"), "user", "client-key")));
    }

    private static Tree inlined(Session session, Tree entry, String key, String field) {
        ObjectTree inner = entry.object().object(key);
        String file = inner.text(field);
        if (file.isEmpty()) return entry;
        String data = Base64.getEncoder().encodeToString(session.bytes(file, ""));
        return entry.object().with(key, inner.without(field).with(field + "-data", data));
    }

    private static ObjectTree redacted(ObjectTree config) {
        return config.change(
                        "clusters",
                        list -> list.list()
                                .map(entry -> hidden(entry, "cluster", "DATA+OMITTED", "certificate-authority-data")))
                .change(
                        "users",
                        list -> list.list()
                                .map(entry -> hidden(
                                        hidden(
                                                entry,
                                                "user",
                                                "DATA+OMITTED",
                                                "client-certificate-data",
                                                "client-key-data"),
                                        "user",
                                        "REDACTED",
                                        "token",
                                        "password")));
    }

    private static Tree hidden(Tree entry, String key, String instead, String... fields) {
        ObjectTree inner = entry.object().object(key);
        for (String field : fields) if (!inner.text(field).isEmpty()) inner = inner.with(field, instead);
        return entry.object().has(key) ? entry.object().with(key, inner) : entry;
    }
}
