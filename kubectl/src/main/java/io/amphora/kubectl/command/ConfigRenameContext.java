package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `config rename-context`
final class ConfigRenameContext implements Command {
    @Override
    public String name() {
        return "rename-context";
    }

    @Override
    public String summary() {
        return "Rename a context from the kubeconfig file";
    }

    @Override
    public String usage() {
        return "kubectl config rename-context CONTEXT_NAME NEW_NAME";
    }

    @Override
    public void run(Session session) {
        List<String> words = session.flags().arguments();
        if (words.size() != 2)
            throw Failure.usage(
                    session.command(), "Unexpected args: " + words.toString().replace(", ", " "));
        String from = words.getFirst();
        String to = words.getLast();
        ObjectTree merged = Config.merged(session);
        if (Config.find(merged.list("contexts"), from).isEmpty())
            throw Failure.error("cannot rename the context \"" + from + "\", it's not in " + Config.shown(session));
        if (Config.find(merged.list("contexts"), to).isPresent())
            throw Failure.error("cannot rename the context \"" + from + "\", the context \"" + to
                    + "\" already exists in " + Config.shown(session));
        Config.change(session, "contexts", from, config -> {
            ObjectTree renamed = config.change(
                    "contexts",
                    list -> list.list()
                            .map(each -> each.object().text("name").equals(from)
                                    ? each.object().with("name", to)
                                    : each));
            return renamed.text("current-context").equals(from) ? renamed.with("current-context", to) : renamed;
        });
        session.print("Context \"" + from + "\" renamed to \"" + to + "\".");
    }
}
