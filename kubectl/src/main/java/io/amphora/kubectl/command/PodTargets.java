package io.amphora.kubectl.command;

import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Session;
import io.amphora.machinery.select.LabelSelector;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Finds Pods and containers by what users call them.
final class PodTargets {
    private PodTargets() {}

    /// A Pod by its name, or the Pods of a workload.
    static List<ObjectTree> pods(Session session, String word) {
        String[] parts = word.split("/", 2);
        Kind kind = session.kinds().named(parts.length == 2 ? parts[0] : "pods");
        String name = parts[parts.length - 1];
        ObjectTree object =
                session.resource(kind, session.namespace()).get(name).tree();
        if (kind.plural().equals("pods")) return List.of(object);
        Kind pods = session.kinds().named("pods");
        var options = ListOptions.ALL.withLabels(selector(kind, object).toString());
        return session.resource(pods, session.namespace()).listAll(options).items().stream()
                .map(each -> each.tree())
                .sorted(Comparator.comparing((ObjectTree pod) -> !isRunning(pod))
                        .thenComparing(pod -> pod.object("metadata").text("name")))
                .toList();
    }

    static LabelSelector selector(Kind kind, ObjectTree object) {
        ObjectTree spec = object.object("spec");
        return switch (kind.plural()) {
            case "services", "replicationcontrollers" -> LabelSelector.ofLabels(spec.object("selector"));
            case "deployments", "replicasets", "statefulsets", "daemonsets", "jobs" ->
                LabelSelector.of(spec.get("selector"));
            default ->
                throw Failure.error("cannot get the logs from " + kind.gvk().group() + "/"
                        + kind.gvk().version() + ", Kind=" + kind.gvk().kind()
                        + ": selector for " + kind.gvk().kind() + " not implemented");
        };
    }

    private static boolean isRunning(ObjectTree pod) {
        return pod.object("status").text("phase").equals("Running");
    }

    /// The first Pod, waited for a while where a workload has none yet.
    static ObjectTree pod(Session session, String word) {
        List<ObjectTree> pods = pods(session, word);
        if (!pods.isEmpty()) return pods.getFirst();
        Duration limit = Durations.of(session.flags().text("pod-running-timeout", "1m"));
        var found = new ArrayList<ObjectTree>();
        Waiting.until(session, limit, () -> found.addAll(pods(session, word)) || !found.isEmpty());
        if (found.isEmpty()) throw Failure.error("timed out waiting for the condition");
        return found.getFirst();
    }

    /// All containers as messages name them.
    static List<String> names(ObjectTree pod) {
        var names = new ArrayList<String>();
        ObjectTree spec = pod.object("spec");
        for (Tree each : spec.list("containers")) names.add(each.object().text("name"));
        for (Tree each : spec.list("initContainers")) names.add(each.object().text("name") + " (init)");
        for (Tree each : spec.list("ephemeralContainers"))
            names.add(each.object().text("name") + " (ephem)");
        return names;
    }

    static boolean has(ObjectTree pod, String container) {
        return names(pod).stream().anyMatch(name -> name.split(" ")[0].equals(container));
    }

    /// The container that is meant where none is named: the one that an annotation names, or the first.
    static String usual(Session session, ObjectTree pod) {
        List<String> names = names(pod);
        String marked = pod.object("metadata").object("annotations").text("kubectl.kubernetes.io/default-container");
        if (!marked.isEmpty() && has(pod, marked)) return marked;
        String first = names.isEmpty() ? "" : names.getFirst();
        if (names.size() > 1 && !session.flags().isSet("quiet"))
            session.warn("Defaulted container \"" + first + "\" out of: " + String.join(", ", names));
        return first;
    }
}
