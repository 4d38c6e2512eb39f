package io.amphora.kubectl.command;

import io.amphora.api.core.v1.Pod;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import java.util.LinkedHashMap;
import java.util.List;

/// `exec`: runs a command in a container; ends with its exit code.
final class Exec implements Command {
    @Override
    public String name() {
        return "exec";
    }

    @Override
    public String summary() {
        return "Execute a command in a container";
    }

    @Override
    public String usage() {
        return "kubectl exec (POD | TYPE/NAME) [-c CONTAINER] [-i] [-t] -- COMMAND [args...]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("container", 'c')
                .bool("stdin", 'i')
                .bool("tty", 't')
                .bool("quiet", 'q')
                .text("pod-running-timeout");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        if (flags.arguments().isEmpty()) throw Failure.error("pod, type/name or --filename must be specified");
        if (flags.arguments().size() > 1)
            throw Failure.usage(
                    "exec", "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
        if (flags.afterDashes().isEmpty())
            throw Failure.error("you must specify at least one command for the container");
        Pod pod = Logs.Targets.pod(session, flags.arguments().getFirst());
        var query = new LinkedHashMap<String, List<String>>();
        query.put("command", flags.afterDashes());
        String named = flags.text("container");
        query.put("container", List.of(named.isEmpty() ? Logs.Targets.container(session, pod, "") : named));
        if (flags.isSet("stdin")) query.put("stdin", List.of("true"));
        query.put("stdout", List.of("true"));
        if (flags.isSet("tty")) query.put("tty", List.of("true"));
        else query.put("stderr", List.of("true"));
        String path = "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name() + "/exec";
        int code =
                session.connection().stream(path, query, session.console(), flags.isSet("stdin"), flags.isSet("tty"));
        if (code != 0) throw code < 0 ? Failure.silent(1) : exited(session, code);
    }

    private static Failure exited(Session session, int code) {
        session.warn("command terminated with exit code " + code);
        return Failure.silent(code);
    }
}
