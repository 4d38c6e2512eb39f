package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Manifests;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;

/// `set selector`: which Pods a Service is for.
final class SetSelector implements Command {
    @Override
    public String name() {
        return "selector";
    }

    @Override
    public String summary() {
        return "Set the selector on a resource";
    }

    @Override
    public String usage() {
        return "kubectl set selector (-f FILE | TYPE NAME) EXPRESSIONS";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return PodSpecChange.flags(common).text("resource-version");
    }

    @Override
    public void run(Session session) {
        var words = new ArrayList<>(session.flags().arguments());
        boolean files = Manifests.named(session.flags());
        if (words.isEmpty() || !files && words.size() < 2 && !words.getFirst().contains("="))
            throw Failure.error("one or more resources must be specified as <resource> <name> or <resource>/<name>");
        String expression = words.removeLast();
        if (!expression.contains("="))
            throw Failure.error("one or more resources must be specified as <resource> <name> or <resource>/<name>");
        ObjectTree selector = Run.labels(expression);
        PodSpecChange.each(session, words, "kubectl-set", "selector updated", found -> {
            if (!found.kind().plural().equals("services"))
                throw Failure.error("setting a selector is only supported for Services");
            return found.with(found.object().withAt(selector, "spec", "selector"));
        });
    }
}
