package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;

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
        return "kubectl version [--client]";
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
        session.print("Client Version: " + CLIENT);
        if (!session.flags().isSet("client"))
            session.print("Server Version: " + session.client().get("/version").text("gitVersion"));
    }
}
