package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Problems;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.GoJson;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Yaml;
import java.util.ArrayList;

/// `version`: of the command line and of the server.
final class Version implements Command {
    /// The version of the API that this build speaks.
    private static final String CLIENT = "v1.36.0";

    @Override
    public String name() {
        return "version";
    }

    @Override
    public String summary() {
        return "Print the client and server version information";
    }

    @Override
    public String usage() {
        return "kubectl version [--client] [-o yaml|json]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("client").text("output", 'o');
    }

    @Override
    public void run(Session session) {
        if (!session.flags().arguments().isEmpty())
            throw Failure.error(
                    "extra arguments: " + session.flags().arguments().toString().replace(", ", " "));
        String output = session.flags().text("output");
        if (!output.isEmpty() && !output.equals("json") && !output.equals("yaml"))
            throw Failure.error("--output must be 'yaml' or 'json'");
        ObjectTree versions = ObjectTree.of(
                "clientVersion",
                ObjectTree.of(
                        "major",
                        "1",
                        "minor",
                        CLIENT.split("\\.")[1],
                        "gitVersion",
                        CLIENT,
                        "compiler",
                        "javac",
                        "platform",
                        "linux/" + architecture()));
        var problems = new Problems();
        if (!session.flags().isSet("client")) {
            var answer = new ArrayList<ObjectTree>();
            problems.attempt(() -> answer.add(session.client().get("/version")));
            if (!answer.isEmpty()) versions = versions.with("serverVersion", answer.getFirst());
        }
        print(session, versions, output);
        problems.conclude(session);
    }

    private static void print(Session session, ObjectTree versions, String output) {
        if (output.equals("json")) session.print(GoJson.pretty(versions, "  "));
        else if (output.equals("yaml")) session.console().out().print(Yaml.write(versions));
        else {
            session.print("Client Version: " + CLIENT);
            if (versions.has("serverVersion"))
                session.print(
                        "Server Version: " + versions.object("serverVersion").text("gitVersion"));
        }
    }

    private static String architecture() {
        String name = System.getProperty("os.arch", "");
        return name.equals("aarch64") ? "arm64" : name;
    }
}
