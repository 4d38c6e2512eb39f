package io.amphora.kubectl.command;

import io.amphora.kubectl.Session;

/// `options`: the flags that every command has.
final class Options implements Command {
    @Override
    public String name() {
        return "options";
    }

    @Override
    public String summary() {
        return "Print the list of flags inherited by all commands";
    }

    @Override
    public String usage() {
        return "kubectl options";
    }

    @Override
    public void run(Session session) {
        session.print("The following options can be passed to any command:\n");
        for (String flag : Session.commonNames()) session.print("    " + flag);
    }
}
