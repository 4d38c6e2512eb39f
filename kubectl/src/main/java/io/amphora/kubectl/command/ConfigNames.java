package io.amphora.kubectl.command;

import io.amphora.kubectl.Session;
import java.util.List;

/// `config get-clusters` and `config get-users`: their names.
record ConfigNames(String name, String list, String none) implements Command {
    @Override
    public String summary() {
        return "Display " + list + " defined in the kubeconfig";
    }

    @Override
    public String usage() {
        return "kubectl config " + name;
    }

    @Override
    public void run(Session session) {
        List<String> names = Config.merged(session).list(list).stream()
                .map(each -> each.object().text("name"))
                .sorted()
                .toList();
        session.print("NAME");
        names.forEach(session::print);
    }
}
