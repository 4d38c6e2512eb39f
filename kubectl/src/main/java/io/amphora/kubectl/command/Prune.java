package io.amphora.kubectl.command;

import io.amphora.api.GroupVersionKind;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.kubectl.output.Results;
import io.amphora.machinery.tree.ObjectTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// `apply --prune`: deletes what was once applied, is selected, and is in no manifest any more.
final class Prune {
    private static final List<String> USUAL = List.of(
            "core/v1/ConfigMap",
            "core/v1/Endpoints",
            "core/v1/PersistentVolumeClaim",
            "core/v1/Pod",
            "core/v1/ReplicationController",
            "core/v1/Secret",
            "core/v1/Service",
            "batch/v1/Job",
            "batch/v1/CronJob",
            "networking.k8s.io/v1/Ingress",
            "apps/v1/DaemonSet",
            "apps/v1/Deployment",
            "apps/v1/ReplicaSet",
            "apps/v1/StatefulSet",
            "core/v1/Namespace",
            "core/v1/PersistentVolume");

    private final Session session;
    private final boolean wanted;
    private final List<GroupVersionKind> kinds;

    private Prune(Session session, boolean wanted, List<GroupVersionKind> kinds) {
        this.session = session;
        this.wanted = wanted;
        this.kinds = kinds;
    }

    static Prune of(Session session) {
        Flags flags = session.flags();
        if (!flags.isSet("prune")) return new Prune(session, false, List.of());
        if (!flags.isSet("all") && flags.text("selector").isEmpty())
            throw Failure.error("all resources selected for prune without explicitly passing --all. To prune all"
                    + " resources, pass the --all flag. If you did not mean to prune all resources, specify a label"
                    + " selector");
        var allowed = new ArrayList<>(flags.list("prune-allowlist"));
        allowed.addAll(flags.list("prune-whitelist"));
        return new Prune(
                session,
                true,
                (allowed.isEmpty() ? USUAL : allowed).stream().map(Prune::kind).toList());
    }

    private static GroupVersionKind kind(String text) {
        String[] parts = text.split("/");
        if (parts.length != 3)
            throw Failure.error("invalid GroupVersionKind format: " + text + ", please follow <group/version/kind>");
        return new GroupVersionKind(parts[0].equals("core") ? "" : parts[0], parts[1], parts[2]);
    }

    /// @param applied what the manifests made, as the server has it
    void run(List<ObjectTree> applied) {
        if (!wanted) return;
        Set<String> kept = applied.stream()
                .map(object -> object.object("metadata").text("uid"))
                .collect(Collectors.toSet());
        Set<String> namespaces = applied.stream()
                .map(object -> object.object("metadata").text("namespace"))
                .filter(namespace -> !namespace.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        for (GroupVersionKind gvk : kinds) {
            Kind kind = session.kinds()
                    .find(gvk)
                    .orElseThrow(() -> Failure.error("pruning nonNamespaced object " + gvk.kind() + ": no matches"));
            if (!kind.namespaced()) {
                if (!session.flags().list("prune-allowlist").isEmpty()) prune(kind, "", kept);
            } else namespaces.forEach(namespace -> prune(kind, namespace, kept));
        }
    }

    private void prune(Kind kind, String namespace, Set<String> kept) {
        var results = new Results(session, "pruned");
        var options = ListOptions.ALL.with("labelSelector", session.flags().text("selector"));
        for (var each : session.resource(kind, namespace).listAll(options).items()) {
            var found = new Found(kind, each.tree());
            if (LastApplied.text(each.tree()).isEmpty() || kept.contains(each.uid())) continue;
            if (DryRun.of(session.flags()) == DryRun.NONE)
                found.resource(session).delete(found.name(), DeleteOptions.background());
            results.say(each.tree());
        }
    }
}
