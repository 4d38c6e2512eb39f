package io.amphora.kubectl.command.create;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/// `create secret docker-registry`
final class CreateSecretDockerRegistry extends Creator {
    CreateSecretDockerRegistry() {
        super(
                "docker-registry",
                "Create a secret for use with a Docker registry",
                "NAME --docker-username=user --docker-password=password --docker-email=email [--docker-server=string]");
    }

    @Override
    String failing() {
        return "failed to create secret ";
    }

    @Override
    Flags.Known own(Flags.Known known) {
        return known.text("docker-username", "docker-password", "docker-email", "docker-server")
                .commas("from-file")
                .bool("append-hash");
    }

    @Override
    ObjectTree object(Session session, String name) {
        Flags flags = session.flags();
        String user = flags.text("docker-username");
        String password = flags.text("docker-password");
        String server = flags.text("docker-server", "https://index.docker.io/v1/");
        if (!flags.list("from-file").isEmpty()) {
            String file = flags.list("from-file").getFirst().replaceFirst("^[^=]*=", "");
            return secret(session, name, session.bytes(file, "error reading " + file + ": "));
        }
        if (user.isEmpty() || password.isEmpty() || server.isEmpty())
            throw Failure.error("either --from-file or the combination of --docker-username, --docker-password and"
                    + " --docker-server is required");
        var entry = new StringBuilder("{\"username\":" + text(user) + ",\"password\":" + text(password));
        if (flags.has("docker-email")) entry.append(",\"email\":").append(text(flags.text("docker-email")));
        byte[] pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
        entry.append(",\"auth\":")
                .append(text(Base64.getEncoder().encodeToString(pair)))
                .append('}');
        String config = "{\"auths\":{" + text(server) + ":" + entry + "}}";
        return secret(session, name, config.getBytes(StandardCharsets.UTF_8));
    }

    private static ObjectTree secret(Session session, String name, byte[] config) {
        return CreateSecretGeneric.secret(
                session,
                name,
                "kubernetes.io/dockerconfigjson",
                ObjectTree.of(".dockerconfigjson", Base64.getEncoder().encodeToString(config)));
    }

    private static String text(String text) {
        return GoJson.write(Tree.of(text));
    }
}
