package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create namespace`
final class CreateNamespace extends Creator {
    CreateNamespace() {
        super("namespace", "Create a namespace with the specified name", "NAME");
    }

    @Override
    public List<String> aliases() {
        return List.of("ns");
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known;
    }

    @Override
    ObjectTree object(Session session, String name) {
        return Objects.of("v1", "Namespace", name)
                .with("spec", ObjectTree.EMPTY)
                .with("status", ObjectTree.EMPTY);
    }
}
