package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;

/// `kustomize`: what a kustomization builds.
final class Kustomize implements Command {
    @Override
    public String name() {
        return "kustomize";
    }

    @Override
    public String summary() {
        return "Build a kustomization target from a directory or URL";
    }

    @Override
    public String usage() {
        return "kubectl kustomize FOLDER";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("output", 'o')
                .text("load-restrictor", "helm-command", "network-name", "mount")
                .bool("enable-helm", "enable-alpha-plugins", "as-current-user", "network")
                .list("env", 'e');
    }

    @Override
    public void run(Session session) {
        List<String> words = session.flags().arguments();
        if (words.size() > 1) throw Failure.error("specify one path to kustomization.yaml");
        var text = new StringBuilder();
        for (ObjectTree object :
                io.amphora.kubectl.Kustomization.build(session, words.isEmpty() ? "." : words.getFirst())) {
            if (!text.isEmpty()) text.append("---\n");
            text.append(Yaml.write(object));
        }
        String file = session.flags().text("output");
        if (file.isEmpty()) {
            session.console().out().print(text);
            return;
        }
        try {
            Files.writeString(session.file(file), text);
        } catch (IOException failure) {
            throw Failure.error("open " + file + ": " + Session.why(failure));
        }
    }
}
