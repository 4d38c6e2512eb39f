package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.List;

/// `create serviceaccount`
final class CreateServiceAccount extends Creator {
    CreateServiceAccount() {
        super("serviceaccount", "Create a service account with the specified name", "NAME");
    }

    @Override
    public List<String> aliases() {
        return List.of("sa");
    }

    @Override
    String failing() {
        return "failed to create serviceaccount: ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known;
    }

    @Override
    ObjectTree object(Session session, String name) {
        return Objects.of("v1", "ServiceAccount", name);
    }
}
