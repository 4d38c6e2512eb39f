package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
                .files()
                .duration("pod-running-timeout");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        List<String> words = flags.beforeDashes();
        List<String> command = flags.afterDashes();
        boolean files = !flags.list("filename").isEmpty();
        if (words.isEmpty() && !files) throw Failure.error("pod, type/name or --filename must be specified");
        if (words.size() > 1)
            throw Failure.usage(
                    "exec", "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
        if (command.isEmpty()) throw Failure.error("you must specify at least one command for the container");
        ObjectTree pod = words.isEmpty() ? ofFile(session) : PodTargets.pod(session, words.getFirst());
        String phase = pod.object("status").text("phase");
        if (phase.equals("Succeeded") || phase.equals("Failed"))
            throw Failure.error("cannot exec into a container in a completed pod; current phase is " + phase);
        String container = flags.text("container");
        int code = run(
                session,
                pod,
                container.isEmpty() ? PodTargets.usual(session, pod) : container,
                command,
                flags.isSet("stdin") ? session.console().in() : null,
                session.console().out(),
                flags.isSet("tty"));
        if (code == 0) return;
        session.warn("command terminated with exit code " + code);
        throw Failure.silent(code);
    }

    private static ObjectTree ofFile(Session session) {
        Found found = Selection.of(session, Selection.Rules.NAMED, List.of())
                .getFirst()
                .read(session)
                .getFirst();
        return PodTargets.pod(session, found.kind().plural() + "/" + found.name());
    }

    /// @return the command's exit code
    static int run(
            Session session,
            ObjectTree pod,
            String container,
            List<String> command,
            @Nullable InputStream input,
            OutputStream output,
            boolean terminal) {
        var query = new LinkedHashMap<String, List<String>>();
        query.put("command", command);
        query.put("container", List.of(container));
        if (input != null) query.put("stdin", List.of("true"));
        query.put("stdout", List.of("true"));
        query.put(terminal ? "tty" : "stderr", List.of("true"));
        ObjectTree metadata = pod.object("metadata");
        String path = "/api/v1/namespaces/" + metadata.text("namespace") + "/pods/" + metadata.text("name") + "/exec";
        return RemoteStreams.run(
                session, path, query, input, output, session.console().err());
    }
}
