package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;

/// `config delete-context`, `delete-cluster` and `delete-user`.
record ConfigDelete(String what, String list) implements Command {
    @Override
    public String name() {
        return "delete-" + what;
    }

    @Override
    public String summary() {
        return "Delete the specified " + what + " from the kubeconfig";
    }

    @Override
    public String usage() {
        return "kubectl config " + name() + " NAME";
    }

    @Override
    public void run(Session session) {
        String name = Config.name(session);
        ObjectTree merged = Config.merged(session);
        String file = Config.shown(session);
        if (Config.find(merged.list(list), name).isEmpty())
            throw Failure.error("cannot delete " + what + " " + name + ", not in " + file);
        if (what.equals("context") && merged.text("current-context").equals(name))
            session.warn("warning: this removed your active context, use \"kubectl config use-context\" to select a"
                    + " different one");
        Config.change(session, list, name, config -> Config.without(config, list, name));
        session.print("deleted " + what + " " + name + " from " + file);
    }
}
