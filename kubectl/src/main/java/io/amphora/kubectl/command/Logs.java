package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `logs`: what containers wrote.
final class Logs implements Command {
    /// One container's log.
    private record Source(ObjectTree pod, String container) {
        String path() {
            ObjectTree metadata = pod.object("metadata");
            return "/api/v1/namespaces/" + metadata.text("namespace") + "/pods/" + metadata.text("name") + "/log";
        }

        String prefix() {
            return "[pod/" + pod.object("metadata").text("name") + "/" + container + "] ";
        }
    }

    @Override
    public String name() {
        return "logs";
    }

    @Override
    public String summary() {
        return "Print the logs for a container in a pod";
    }

    @Override
    public String usage() {
        return "kubectl logs [-f] [-p] (POD | TYPE/NAME | -l label) [-c CONTAINER] [--tail=N] [--since=1h] [--timestamps] [--all-containers] [--prefix]";
    }

    @Override
    public List<String> aliases() {
        return List.of("log");
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("follow", 'f')
                .bool("previous", 'p')
                .text("container", 'c')
                .text("selector", 'l')
                .whole("tail", "limit-bytes", "max-log-requests")
                .duration("since", "pod-running-timeout")
                .text("since-time")
                .bool("timestamps", "prefix", "all-containers", "all-pods", "ignore-errors")
                .bool("insecure-skip-tls-verify-backend");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        check(flags);
        List<Source> sources = sources(session);
        if (sources.isEmpty()) return;
        boolean follows = flags.isSet("follow");
        int most = flags.whole("max-log-requests", 5);
        if (follows && sources.size() > most)
            throw Failure.error("you are attempting to follow " + sources.size()
                    + " log streams, but maximum allowed concurrency is " + most
                    + ", use --max-log-requests to increase the limit");
        if (!follows || sources.size() == 1) for (Source source : sources) print(session, source);
        else followAll(session, sources);
    }

    private static void check(Flags flags) {
        List<String> words = flags.arguments();
        boolean selected = !flags.text("selector").isEmpty();
        if (words.size() > 2 || words.isEmpty() && !selected)
            throw Failure.usage(
                    "logs",
                    "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
                            + "POD or TYPE/NAME is a required argument for the logs command");
        if (selected && !words.isEmpty()) throw Failure.usage("logs", "only a selector (-l) or a POD name is allowed");
        if (words.size() == 2 && flags.has("container"))
            throw Failure.usage("logs", "only one of -c or an inline [CONTAINER] arg is allowed");
        if (flags.has("since") && flags.has("since-time"))
            throw Failure.error("at most one of `sinceTime` or `sinceSeconds` may be specified");
        if (flags.isSet("all-containers") && flags.has("container"))
            throw Failure.error(
                    "--all-containers=true should not be specified with container name " + flags.text("container"));
        if (flags.whole("tail", -1) < -1) throw Failure.error("--tail must be greater than or equal to -1");
        if (flags.has("limit-bytes") && flags.whole("limit-bytes", 1) < 1)
            throw Failure.error("--limit-bytes must be greater than 0");
        if (flags.has("since") && Durations.of(flags.text("since")).toSeconds() < 1)
            throw Failure.error("--since must be greater than 0");
    }

    private static List<Source> sources(Session session) {
        Flags flags = session.flags();
        List<String> words = flags.arguments();
        var sources = new ArrayList<Source>();
        if (words.isEmpty()) {
            var options = ListOptions.ALL.withLabels(flags.text("selector"));
            var pods = session.resource(session.kinds().named("pods"), session.namespace())
                    .listAll(options)
                    .items();
            if (pods.isEmpty()) session.warn("No resources found in " + session.namespace() + " namespace.");
            for (var pod : pods) sources.addAll(containers(session, pod.tree(), ""));
            return sources;
        }
        List<ObjectTree> pods = pods(session, words.getFirst());
        if (pods.isEmpty()) return List.of();
        boolean all = flags.isSet("all-pods");
        if (pods.size() > 1 && !all)
            session.warn("Found " + pods.size() + " pods, using pod/"
                    + pods.getFirst().object("metadata").text("name"));
        String named = words.size() > 1 ? words.get(1) : "";
        for (ObjectTree pod : all ? pods : pods.subList(0, 1)) sources.addAll(containers(session, pod, named));
        return sources;
    }

    private static List<ObjectTree> pods(Session session, String word) {
        try {
            List<ObjectTree> pods = PodTargets.pods(session, word);
            return pods.isEmpty() ? List.of(PodTargets.pod(session, word)) : pods;
        } catch (ApiException refused) {
            if (!Selection.isMissing(refused)) throw refused;
            throw Failure.error("error from server (NotFound): " + refused.getMessage() + " in namespace \""
                    + session.namespace() + "\"");
        }
    }

    private static List<Source> containers(Session session, ObjectTree pod, String inline) {
        Flags flags = session.flags();
        if (flags.isSet("all-containers") || flags.isSet("all-pods") && inline.isEmpty() && !flags.has("container")) {
            ObjectTree spec = pod.object("spec");
            var all = new ArrayList<Source>();
            for (String list : List.of("initContainers", "containers", "ephemeralContainers"))
                for (Tree each : spec.list(list))
                    all.add(new Source(pod, each.object().text("name")));
            return all;
        }
        String named = inline.isEmpty() ? flags.text("container") : inline;
        String name = pod.object("metadata").text("name");
        if (!named.isEmpty() && !PodTargets.has(pod, named))
            throw Failure.error("container " + named + " is not valid for pod " + name);
        return List.of(new Source(pod, named.isEmpty() ? PodTargets.usual(session, pod) : named));
    }

    private static void followAll(Session session, List<Source> sources) {
        var threads = new ArrayList<Thread>();
        for (Source source : sources) threads.add(Thread.ofVirtual().start(() -> print(session, source)));
        try {
            for (Thread thread : threads) thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static void print(Session session, Source source) {
        boolean prefixed = session.flags().isSet("prefix");
        try (InputStream log =
                session.connection().text("GET", source.path(), query(session.flags(), source), new byte[0])) {
            if (prefixed) prefixed(session, source, log);
            else plain(session, log);
        } catch (IOException broken) {
            throw Failure.error(String.valueOf(broken.getMessage()));
        } catch (ApiException refused) {
            if (!session.flags().isSet("ignore-errors")) throw refused;
            session.print("error: " + refused.getMessage());
        }
    }

    private static void plain(Session session, InputStream log) throws IOException {
        PrintStream out = session.console().out();
        byte[] buffer = new byte[8192];
        for (int read = log.read(buffer); read >= 0; read = log.read(buffer)) {
            out.write(buffer, 0, read);
            out.flush();
        }
    }

    private static void prefixed(Session session, Source source, InputStream log) throws IOException {
        var lines = new java.io.BufferedReader(new java.io.InputStreamReader(log, StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine())
            session.print(source.prefix() + line);
    }

    private static Map<String, List<String>> query(Flags flags, Source source) {
        var query = new LinkedHashMap<String, List<String>>();
        query.put("container", List.of(source.container()));
        if (flags.isSet("follow")) query.put("follow", List.of("true"));
        if (flags.isSet("previous")) query.put("previous", List.of("true"));
        if (flags.isSet("timestamps")) query.put("timestamps", List.of("true"));
        int tail = flags.whole("tail", flags.text("selector").isEmpty() ? -1 : 10);
        if (tail >= 0) query.put("tailLines", List.of(Integer.toString(tail)));
        if (flags.has("since"))
            query.put(
                    "sinceSeconds",
                    List.of(Long.toString(Durations.of(flags.text("since")).toSeconds())));
        if (flags.has("since-time")) query.put("sinceTime", List.of(flags.text("since-time")));
        if (flags.has("limit-bytes")) query.put("limitBytes", List.of(flags.text("limit-bytes")));
        return query;
    }
}
