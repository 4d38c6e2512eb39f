package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import java.util.List;

/// `config use-context`
final class ConfigUseContext implements Command {
    @Override
    public String name() {
        return "use-context";
    }

    @Override
    public String summary() {
        return "Set the current-context in a kubeconfig file";
    }

    @Override
    public String usage() {
        return "kubectl config use-context CONTEXT_NAME";
    }

    @Override
    public List<String> aliases() {
        return List.of("use");
    }

    @Override
    public void run(Session session) {
        String name = Config.name(session);
        if (Config.find(Config.merged(session).list("contexts"), name).isEmpty())
            throw Failure.error("no context exists with the name: \"" + name + "\"");
        Config.change(session, "", name, config -> config.with("current-context", name));
        session.print("Switched to context \"" + name + "\".");
    }
}
