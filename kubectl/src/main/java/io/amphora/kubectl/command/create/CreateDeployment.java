package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;

/// `create deployment`
final class CreateDeployment extends Creator {
    CreateDeployment() {
        super("deployment", "Create a deployment with the specified name", "NAME --image=image -- [COMMAND] [args...]");
    }

    @Override
    public List<String> aliases() {
        return List.of("deploy");
    }

    @Override
    String failing() {
        return "failed to create deployment: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.commas("image").whole("port").whole("replicas", 'r', "").require("image");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        List<String> images = flags.list("image");
        List<String> command = flags.afterDashes();
        if (images.size() > 1 && !command.isEmpty())
            throw Failure.error("cannot specify multiple --image options and command");
        if (flags.whole("replicas", 1) < 0) throw Failure.error("invalid replicas: " + flags.text("replicas"));
        ObjectTree labels = ObjectTree.of("app", name);
        var containers = new ArrayList<ObjectTree>();
        var names = new ArrayList<String>();
        for (String image : images) {
            String container = PodSpecs.name(image);
            for (int i = 2; names.contains(container); i++) container = PodSpecs.name(image) + "-" + i;
            names.add(container);
            containers.add(PodSpecs.container(container, image, command));
        }
        if (flags.has("port") && !containers.isEmpty())
            containers.set(
                    0,
                    containers
                            .getFirst()
                            .with("ports", ListTree.of(ObjectTree.of("containerPort", flags.whole("port", 0)))));
        ObjectTree spec = ObjectTree.of(
                "replicas",
                flags.whole("replicas", 1),
                "selector",
                ObjectTree.of("matchLabels", labels),
                "strategy",
                ObjectTree.EMPTY,
                "template",
                ObjectTree.of(
                        "metadata", ObjectTree.of("labels", labels), "spec", ObjectTree.of("containers", containers)));
        return Objects.of("apps/v1", "Deployment", name)
                .withAt(labels, "metadata", "labels")
                .with("spec", spec)
                .with("status", ObjectTree.EMPTY);
    }
}
