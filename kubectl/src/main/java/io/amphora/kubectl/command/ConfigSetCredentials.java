package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// `config set-credentials`
final class ConfigSetCredentials implements Command {
    @Override
    public String name() {
        return "set-credentials";
    }

    @Override
    public String summary() {
        return "Set a user entry in kubeconfig";
    }

    @Override
    public String usage() {
        return "kubectl config set-credentials NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--exec-command=...]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("embed-certs")
                .text("auth-provider", "exec-command", "exec-api-version", "exec-interactive-mode")
                .list("auth-provider-arg", "exec-arg", "exec-env")
                .bool("exec-provide-cluster-info");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        String name = Config.name(session);
        var methods = new ArrayList<String>();
        if (!flags.text("token").isEmpty()) methods.add("--token");
        if (!flags.text("username").isEmpty() || !flags.text("password").isEmpty())
            methods.add("--username/--password");
        if (methods.size() > 1)
            throw Failure.error("you cannot specify more than one authentication method at the same time: "
                    + String.join(", ", methods));
        if (flags.isSet("embed-certs")
                && flags.text("client-certificate").isEmpty()
                && flags.text("client-key").isEmpty())
            throw Failure.error("you must specify a --client-certificate or --client-key to embed");
        Config.change(
                session,
                "users",
                name,
                config -> Config.with(config, "users", name, before -> {
                    ObjectTree after = before;
                    for (String field : List.of("client-certificate", "client-key"))
                        if (flags.has(field)) after = file(session, after, field);
                    if (flags.has("token"))
                        after = after.with("token", flags.text("token"))
                                .without("username")
                                .without("password");
                    for (String field : List.of("username", "password"))
                        if (flags.has(field))
                            after = after.with(field, flags.text(field)).without("token");
                    if (flags.has("exec-command")) after = after.with("exec", exec(flags));
                    return after;
                }));
        session.print("User \"" + name + "\" set.");
    }

    private static ObjectTree file(Session session, ObjectTree user, String field) {
        String file = session.flags().text(field);
        if (session.flags().isSet("embed-certs"))
            return user.without(field)
                    .with(
                            field + "-data",
                            Base64.getEncoder()
                                    .encodeToString(
                                            session.bytes(file, "could not stat " + field + " file " + file + ": ")));
        return user.without(field + "-data")
                .with(field, session.file(file).toAbsolutePath().normalize().toString());
    }

    private static ObjectTree exec(Flags flags) {
        ObjectTree exec = ObjectTree.of(
                "apiVersion",
                flags.text("exec-api-version"),
                "command",
                flags.text("exec-command"),
                "args",
                flags.list("exec-arg").isEmpty() ? null : flags.list("exec-arg"),
                "interactiveMode",
                flags.text("exec-interactive-mode", "IfAvailable"),
                "provideClusterInfo",
                flags.isSet("exec-provide-cluster-info"));
        var variables = new ArrayList<ObjectTree>();
        for (String pair : flags.list("exec-env")) {
            String[] parts = pair.split("=", 2);
            variables.add(ObjectTree.of("name", parts[0], "value", parts.length == 2 ? parts[1] : ""));
        }
        return exec.with("env", variables.isEmpty() ? Tree.NULL : ListTree.from(variables));
    }
}
