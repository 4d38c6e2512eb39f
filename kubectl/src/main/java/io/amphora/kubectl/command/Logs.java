package io.amphora.kubectl.command;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Session;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `logs`: what containers wrote.
final class Logs implements Command {
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
        return "kubectl logs [-f] [-p] (POD | TYPE/NAME | -l label) [-c CONTAINER] [--tail=N] [--since=1h] [--timestamps] [--all-containers]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.bool("follow", 'f')
                .bool("previous", 'p')
                .text("container", 'c')
                .text("selector", 'l')
                .text("tail")
                .text("since")
                .text("since-time")
                .text("limit-bytes")
                .bool("timestamps")
                .bool("prefix")
                .bool("all-containers");
    }

    @Override
    public void run(Session session) {
        Flags flags = session.flags();
        List<String> words = flags.arguments();
        if (words.size() > 2 || words.isEmpty() && flags.text("selector").isEmpty())
            throw Failure.plain(
                    "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
                            + "POD or TYPE/NAME is a required argument for the logs command\nSee 'kubectl logs -h' for help and examples");
        if (flags.has("since") && flags.has("since-time"))
            throw Failure.error("at most one of `sinceTime` or `sinceSeconds` may be specified");
        if (flags.whole("tail", -1) < -1) throw Failure.error("--tail must be greater than or equal to -1");
        List<Pod> pods = words.isEmpty()
                ? selected(session, flags.text("selector"))
                : List.of(Targets.pod(session, words.getFirst()));
        if (pods.isEmpty()) session.warn("No resources found in " + session.namespace() + " namespace.");
        for (Pod pod : pods) for (String container : containers(session, pod, words)) print(session, pod, container);
    }

    private static List<Pod> selected(Session session, String selector) {
        Kind pods = session.kinds().named("pods");
        return session.resource(pods, session.namespace()).list(ListOptions.ALL.withLabels(selector)).items().stream()
                .map(each -> Pod.of(each.tree()))
                .toList();
    }

    private static List<String> containers(Session session, Pod pod, List<String> words) {
        var names = new ArrayList<String>();
        if (session.flags().isSet("all-containers")) {
            for (Container container : pod.spec().initContainers()) names.add(container.name());
            for (Container container : pod.spec().containers()) names.add(container.name());
            return names;
        }
        return List.of(Targets.container(
                session, pod, words.size() > 1 ? words.get(1) : session.flags().text("container")));
    }

    private static void print(Session session, Pod pod, String container) {
        String path = "/api/v1/namespaces/" + pod.namespace() + "/pods/" + pod.name() + "/log";
        try (var log = session.connection().text(path, query(session.flags(), container))) {
            byte[] buffer = new byte[8192];
            for (int read = log.read(buffer); read >= 0; read = log.read(buffer)) {
                session.console().out().write(buffer, 0, read);
                session.console().out().flush();
            }
        } catch (IOException broken) {
            throw Failure.error(String.valueOf(broken.getMessage()));
        }
    }

    private static Map<String, List<String>> query(Flags flags, String container) {
        var query = new LinkedHashMap<String, List<String>>();
        query.put("container", List.of(container));
        if (flags.isSet("follow")) query.put("follow", List.of("true"));
        if (flags.isSet("previous")) query.put("previous", List.of("true"));
        if (flags.isSet("timestamps")) query.put("timestamps", List.of("true"));
        int tail = flags.whole("tail", flags.has("selector") ? 10 : -1);
        if (tail >= 0) query.put("tailLines", List.of(Integer.toString(tail)));
        if (flags.has("since"))
            query.put(
                    "sinceSeconds",
                    List.of(Long.toString(Session.duration(flags.text("since")).toSeconds())));
        if (flags.has("since-time")) query.put("sinceTime", List.of(flags.text("since-time")));
        if (flags.has("limit-bytes")) query.put("limitBytes", List.of(flags.text("limit-bytes")));
        return query;
    }

    /// Finds Pods and containers by what users call them.
    static final class Targets {
        private Targets() {}

        /// A Pod by its name, or the first Pod of a workload.
        static Pod pod(Session session, String word) {
            String[] parts = word.split("/", 2);
            Kind kind = session.kinds().named(parts.length == 2 ? parts[0] : "pods");
            String name = parts[parts.length - 1];
            ObjectTree object =
                    session.resource(kind, session.namespace()).get(name).tree();
            if (kind.plural().equals("pods")) return Pod.of(object);
            ObjectTree spec = object.object("spec");
            LabelSelector selector =
                    kind.plural().equals("services") || kind.plural().equals("replicationcontrollers")
                            ? LabelSelector.ofLabels(spec.object("selector"))
                            : LabelSelector.of(spec.get("selector"));
            return selected(session, selector.toString()).stream()
                    .min(java.util.Comparator.comparing(Pod::name))
                    .orElseThrow(() -> Failure.error("timed out waiting for the condition"));
        }

        /// The container that is meant: the one named, the one that an annotation names, or the first.
        static String container(Session session, Pod pod, String named) {
            var names = new ArrayList<String>();
            for (Container container : pod.spec().containers()) names.add(container.name());
            for (Container container : pod.spec().initContainers()) names.add(container.name());
            if (!named.isEmpty()) {
                if (!names.contains(named))
                    throw Failure.error("container " + named + " is not valid for pod " + pod.name());
                return named;
            }
            String marked = pod.metadata().annotations().getOrDefault("kubectl.kubernetes.io/default-container", "");
            if (names.contains(marked)) return marked;
            if (names.size() > 1)
                session.warn("Defaulted container \"" + names.getFirst() + "\" out of: " + String.join(", ", names));
            return names.getFirst();
        }
    }
}
