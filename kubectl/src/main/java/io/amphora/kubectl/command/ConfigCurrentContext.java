package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;

/// `config current-context`
final class ConfigCurrentContext implements Command {
    @Override
    public String name() {
        return "current-context";
    }

    @Override
    public String summary() {
        return "Display the current-context";
    }

    @Override
    public String usage() {
        return "kubectl config current-context";
    }

    @Override
    public void run(Session session) {
        String current = Config.merged(session).text("current-context");
        if (current.isEmpty()) throw Failure.error("current-context is not set");
        session.print(current);
    }
}
