package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `config set-context`
final class ConfigSetContext implements Command {
    @Override
    public String name() {
        return "set-context";
    }

    @Override
    public String summary() {
        return "Set a context entry in kubeconfig";
    }

    @Override
    public String usage() {
        return "kubectl config set-context [NAME | --current] [--cluster=cluster_nickname] [--user=user_nickname] [--namespace=namespace]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("current");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        List<String> words = flags.arguments();
        if (words.size() > 1)
            throw Failure.usage(
                    session.command(), "Unexpected args: " + words.toString().replace(", ", " "));
        ObjectTree merged = Config.merged(session);
        if (flags.isSet("current") && !words.isEmpty())
            throw Failure.error("you cannot specify both a context name and --current");
        if (flags.isSet("current") && merged.text("current-context").isEmpty())
            throw Failure.error("no current context is set");
        String name = flags.isSet("current") ? merged.text("current-context") : words.isEmpty() ? "" : words.getFirst();
        if (name.isEmpty()) throw Failure.error("you must specify a non-empty context name or --current");
        boolean known = Config.find(merged.list("contexts"), name).isPresent();
        Config.change(
                session,
                "contexts",
                name,
                config -> Config.with(config, "contexts", name, before -> {
                    ObjectTree after = before;
                    for (String part : List.of("cluster", "user", "namespace"))
                        if (flags.has(part)) after = after.with(part, flags.text(part));
                    for (String part : List.of("cluster", "user")) if (!after.has(part)) after = after.with(part, "");
                    return after;
                }));
        session.print("Context \"" + name + "\" " + (known ? "modified." : "created."));
    }
}
