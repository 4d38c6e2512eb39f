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

/// `--prune`: what was once applied, is selected, and is in no manifest any more; `apply` deletes it, `diff` shows it.
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

    /// As the flags of `apply` say.
    static Prune of(Session session) {
        Flags flags = session.flags();
        if (flags.isSet("prune")
                && !flags.isSet("all")
                && flags.text("selector").isEmpty())
            throw Failure.error("all resources selected for prune without explicitly passing --all. To prune all"
                    + " resources, pass the --all flag. If you did not mean to prune all resources, specify a label"
                    + " selector");
        return ofSelected(session);
    }

    /// As `diff` has it, which needs no selector.
    static Prune ofSelected(Session session) {
        Flags flags = session.flags();
        if (!flags.isSet("prune")) return new Prune(session, false, List.of());
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

    /// Deletes what goes, and tells it.
    ///
    /// @param applied what the manifests made, as the server has it
    void run(List<ObjectTree> applied) {
        var results = new Results(session, "pruned");
        for (Found found : candidates(applied)) {
            if (DryRun.of(session.flags()) == DryRun.NONE)
                found.resource(session).delete(found.name(), DeleteOptions.background());
            results.say(found.object());
        }
    }

    /// What was once applied and is none of `kept`; nothing without `--prune`.
    ///
    /// @param kept as the server has them, or would
    List<Found> candidates(List<ObjectTree> kept) {
        if (!wanted) return List.of();
        Set<String> uids = kept.stream()
                .map(object -> object.object("metadata").text("uid"))
                .collect(Collectors.toSet());
        Set<String> namespaces = kept.stream()
                .map(object -> object.object("metadata").text("namespace"))
                .filter(namespace -> !namespace.isEmpty())
                .collect(Collectors.toCollection(TreeSet::new));
        var candidates = new ArrayList<Found>();
        for (GroupVersionKind gvk : kinds) {
            Kind kind = session.kinds()
                    .find(gvk)
                    .orElseThrow(() -> Failure.error("pruning nonNamespaced object " + gvk.kind() + ": no matches"));
            if (kind.namespaced())
                namespaces.forEach(namespace -> candidates.addAll(candidates(kind, namespace, uids)));
            else if (!session.flags().list("prune-allowlist").isEmpty()) candidates.addAll(candidates(kind, "", uids));
        }
        return candidates;
    }

    private List<Found> candidates(Kind kind, String namespace, Set<String> kept) {
        var options = ListOptions.ALL.with("labelSelector", session.flags().text("selector"));
        return session.resource(kind, namespace).listAll(options).items().stream()
                .filter(each -> !LastApplied.text(each.tree()).isEmpty() && !kept.contains(each.uid()))
                .map(each -> new Found(kind, each.tree()))
                .toList();
    }
}
