package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Hashes;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.Base64;

/// `create secret generic`
final class CreateSecretGeneric extends Creator {
    CreateSecretGeneric() {
        super(
                "generic",
                "Create a secret from a local file, directory, or literal value",
                "NAME [--type=string] [--from-file=[key=]source] [--from-literal=key1=value1]");
    }

    @Override
    String failing() {
        return "failed to create secret ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return Contents.flags(known).text("type");
    }

    @Override
    ObjectTree object(Session session, String name) {
        ObjectTree data = ObjectTree.EMPTY;
        for (var pair : Contents.of(session, "Secret").values().entrySet())
            data = data.with(pair.getKey(), Base64.getEncoder().encodeToString(pair.getValue()));
        return secret(session, name, session.flags().text("type"), data);
    }

    static ObjectTree secret(Session session, String name, String type, ObjectTree data) {
        ObjectTree secret = Objects.of("v1", "Secret", name);
        if (!data.isEmpty()) secret = secret.with("data", data);
        if (!type.isEmpty()) secret = secret.with("type", type);
        if (!session.flags().isSet("append-hash")) return secret;
        return secret.withAt(Tree.of(name + "-" + Hashes.of(secret)), "metadata", "name");
    }
}
