package io.amphora.kubectl.command;

import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import java.util.LinkedHashMap;
import java.util.List;

/// `attach`: to a process that runs in a container already.
final class Attach implements Command {
    @Override
    public String name() {
        return "attach";
    }

    @Override
    public String summary() {
        return "Attach to a running container";
    }

    @Override
    public String usage() {
        return "kubectl attach (POD | TYPE/NAME) [-c CONTAINER] [-i] [-t]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.text("container", 'c')
                .bool("stdin", 'i')
                .bool("tty", 't')
                .bool("quiet", 'q')
                .duration("pod-running-timeout");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        List<String> words = flags.arguments();
        if (words.isEmpty()) throw Failure.error("at least 1 argument is required for attach");
        if (words.size() > 2)
            throw Failure.error("expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw " + words.size()
                    + ": " + words.toString().replace(", ", " "));
        ObjectTree pod = PodTargets.pod(session, String.join("/", words));
        attach(session, pod, flags.text("container"));
    }

    static void attach(Session session, ObjectTree pod, String named) {
        Flags flags = session.flags();
        String phase = pod.object("status").text("phase");
        if (phase.equals("Succeeded") || phase.equals("Failed"))
            throw Failure.error("cannot attach a container in a completed pod; current phase is " + phase);
        String container = named.isEmpty() ? PodTargets.usual(session, pod) : named;
        ObjectTree metadata = pod.object("metadata");
        if (!PodTargets.has(pod, container))
            throw Failure.error("container " + container + " not found in pod " + metadata.text("name"));
        boolean terminal = flags.isSet("tty");
        if (flags.isSet("stdin") && !flags.isSet("quiet"))
            session.warn("If you don't see a command prompt, try pressing enter.");
        var query = new LinkedHashMap<String, List<String>>();
        query.put("container", List.of(container));
        if (flags.isSet("stdin")) query.put("stdin", List.of("true"));
        query.put("stdout", List.of("true"));
        query.put(terminal ? "tty" : "stderr", List.of("true"));
        String path = "/api/v1/namespaces/" + metadata.text("namespace") + "/pods/" + metadata.text("name") + "/attach";
        RemoteStreams.run(
                session,
                path,
                query,
                flags.isSet("stdin") ? session.console().in() : null,
                session.console().out(),
                session.console().err());
    }
}
