package io.amphora.kubectl.command;

import io.amphora.api.ApiException;
import io.amphora.client.DeleteOptions;
import io.amphora.client.Discovery.Kind;
import io.amphora.client.ListOptions;
import io.amphora.kubectl.DryRun;
import io.amphora.kubectl.Durations;
import io.amphora.kubectl.Failure;
import io.amphora.kubectl.Flags;
import io.amphora.kubectl.Selection;
import io.amphora.kubectl.Selection.Found;
import io.amphora.kubectl.Session;
import io.amphora.machinery.tree.ListTree;
import io.amphora.machinery.tree.ObjectTree;
import io.amphora.machinery.tree.Tree;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Collectors;

/// `drain`: cordons nodes and evicts their Pods, as far as budgets let.
final class Drain implements Command {
    private static final Duration AGAIN = Duration.ofSeconds(5);

    /// What becomes of a Pod.
    ///
    /// @param fatal why it may not go; "" when it may
    /// @param warning what is said of it; "" for nothing
    private record Fate(boolean goes, String fatal, String warning) {
        static final Fate GOES = new Fate(true, "", "");
        static final Fate STAYS = new Fate(false, "", "");
    }

    @Override
    public String name() {
        return "drain";
    }

    @Override
    public String summary() {
        return "Drain node in preparation for maintenance";
    }

    @Override
    public String usage() {
        return "kubectl drain NODE [--ignore-daemonsets] [--delete-emptydir-data] [--force]";
    }

    @Override
    public Flags.Known flags(Flags.Known common) {
        return common.dryRun()
                .text("selector", 'l')
                .text("pod-selector")
                .bool("force", "ignore-daemonsets", "delete-emptydir-data", "delete-local-data", "disable-eviction")
                .whole("grace-period", "skip-wait-for-delete-timeout", "chunk-size")
                .duration("timeout");
    }

    @Override
    public void run(Session session) {
        DryRun.of(session.flags());
        List<Found> nodes = Cordon.nodes(session);
        for (Found node : nodes) Cordon.set(session, node, true);
        var pending = new ArrayList<String>();
        var errors = new ArrayList<String>();
        for (Found node : nodes) {
            try {
                drain(session, node);
                session.print("node/" + node.name() + " drained"
                        + DryRun.of(session.flags()).suffix());
            } catch (Failure failure) {
                session.warn("error: unable to drain node \"" + node.name() + "\" due to error: " + failure.shown()
                        + ", continuing command...");
                pending.add(node.name());
                errors.add(failure.shown());
            }
        }
        if (pending.isEmpty()) return;
        session.warn("There are pending nodes to be drained:");
        pending.forEach(name -> session.warn(" " + name));
        errors.forEach(session::warn);
        throw Failure.silent(1);
    }

    private static void drain(Session session, Found node) {
        Flags flags = session.flags();
        var options = ListOptions.ALL
                .withFields("spec.nodeName=" + node.name())
                .with("labelSelector", flags.text("pod-selector"));
        var fatal = new LinkedHashMap<String, List<String>>();
        var warnings = new LinkedHashMap<String, List<String>>();
        var going = new ArrayList<Found>();
        Kind pods = session.kinds().named("pods");
        for (var pod : session.resource(pods, "").listAll(options).items()) {
            Fate fate = fate(session, pod.tree());
            String name = pod.namespace() + "/" + pod.name();
            if (!fate.fatal().isEmpty())
                fatal.computeIfAbsent(fate.fatal(), any -> new ArrayList<>()).add(name);
            else if (!fate.warning().isEmpty())
                warnings.computeIfAbsent(fate.warning(), any -> new ArrayList<>())
                        .add(name);
            if (fate.goes()) going.add(new Found(pods, pod.tree()));
        }
        if (!fatal.isEmpty()) {
            List<String> all = fatal.entrySet().stream()
                    .map(entry -> "cannot delete " + entry.getKey() + ": " + String.join(", ", entry.getValue()))
                    .toList();
            throw Failure.plain(all.size() == 1 ? all.getFirst() : "[" + String.join(", ", all) + "]");
        }
        if (!warnings.isEmpty())
            session.warn("Warning: "
                    + warnings.entrySet().stream()
                            .map(entry -> entry.getKey() + ": " + String.join(", ", entry.getValue()))
                            .collect(Collectors.joining("; ")));
        evict(session, node, going);
    }

    private static Fate fate(Session session, ObjectTree pod) {
        Flags flags = session.flags();
        ObjectTree metadata = pod.object("metadata");
        ObjectTree owner = ObjectTree.EMPTY;
        for (Tree each : metadata.list("ownerReferences")) if (each.object().bool("controller")) owner = each.object();
        String phase = pod.object("status").text("phase");
        boolean over = phase.equals("Succeeded") || phase.equals("Failed");
        if (owner.text("kind").equals("DaemonSet") && !over) {
            return flags.isSet("ignore-daemonsets")
                    ? new Fate(false, "", "ignoring DaemonSet-managed Pods")
                    : new Fate(false, "DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", "");
        }
        if (metadata.object("annotations").has("kubernetes.io/config.mirror")) return Fate.STAYS;
        boolean local = pod.object("spec").list("volumes").stream()
                .anyMatch(volume -> volume.object().has("emptyDir"));
        boolean deletes = flags.isSet("delete-emptydir-data") || flags.isSet("delete-local-data");
        if (local && !over && !deletes)
            return new Fate(false, "Pods with local storage (use --delete-emptydir-data to override)", "");
        if (owner.isEmpty() && !over)
            return flags.isSet("force")
                    ? new Fate(true, "", "deleting Pods that declare no controller")
                    : new Fate(false, "cannot delete Pods that declare no controller (use --force to override)", "");
        return Fate.GOES;
    }

    private static void evict(Session session, Found node, List<Found> pods) {
        Duration said = Durations.of(session.flags().text("timeout"));
        Instant end = session.clock().now().plus(Waiting.limit(said));
        var failed = new LinkedHashMap<String, String>();
        var threads = new ArrayList<Thread>();
        for (Found pod : pods)
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    evict(session, pod, end, said);
                } catch (Failure failure) {
                    synchronized (failed) {
                        failed.put(pod.name(), failure.shown());
                    }
                } catch (ApiException refused) {
                    synchronized (failed) {
                        failed.put(
                                pod.name(),
                                "error when evicting pods/\"" + pod.name() + "\" -n \"" + pod.namespace() + "\": "
                                        + refused.getMessage());
                    }
                }
            }));
        try {
            for (Thread thread : threads) thread.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw Failure.silent(130);
        }
        if (failed.isEmpty()) return;
        List<String> reasons = List.copyOf(failed.values());
        String all = reasons.size() == 1 ? reasons.getFirst() : "[" + String.join(", ", reasons) + "]";
        session.warn("There are pending pods in node \"" + node.name() + "\" when an error occurred: " + all);
        failed.keySet().forEach(name -> session.warn("pod/" + name));
        throw Failure.plain(all);
    }

    private static void evict(Session session, Found pod, Instant end, Duration said) {
        DryRun dryRun = DryRun.of(session.flags());
        boolean deletes = session.flags().isSet("disable-eviction");
        String what = "error when evicting pods/\"" + pod.name() + "\" -n \"" + pod.namespace() + "\"";
        while (true) {
            session.print((deletes ? "deleting" : "evicting") + " pod " + pod.namespace() + "/" + pod.name()
                    + dryRun.suffix());
            if (!session.clock().now().isBefore(end))
                throw Failure.plain(what + ": global timeout reached: " + Durations.show(said));
            try {
                if (dryRun != DryRun.CLIENT) send(session, pod, dryRun, deletes);
                break;
            } catch (ApiException refused) {
                if (Selection.isMissing(refused)) break;
                if (refused.code() != 429) throw refused;
                session.warn(what + " (will retry after 5s): " + refused.getMessage());
                Waiting.pause(session, AGAIN);
            }
        }
        String uid = pod.object().object("metadata").text("uid");
        if (dryRun == DryRun.NONE
                && !Waiting.until(
                        session,
                        Duration.between(session.clock().now(), end),
                        () -> pod.resource(session)
                                .find(pod.name())
                                .filter(left -> left.uid().equals(uid))
                                .isEmpty()))
            throw Failure.plain("error when waiting for pod \"" + pod.name() + "\" in namespace \"" + pod.namespace()
                    + "\" to terminate: global timeout reached: " + Durations.show(said));
        session.print("pod/" + pod.name() + (deletes ? " deleted" : " evicted") + dryRun.suffix());
    }

    private static void send(Session session, Found pod, DryRun dryRun, boolean deletes) {
        int grace = session.flags().whole("grace-period", -1);
        if (deletes) {
            DeleteOptions options = dryRun == DryRun.SERVER ? DeleteOptions.PLAIN.dryRun() : DeleteOptions.PLAIN;
            pod.resource(session).delete(pod.name(), grace >= 0 ? options.withGraceSeconds(grace) : options);
            return;
        }
        ObjectTree options = ObjectTree.EMPTY;
        if (grace >= 0) options = options.with("gracePeriodSeconds", grace);
        if (dryRun == DryRun.SERVER) options = options.with("dryRun", ListTree.of(Tree.of("All")));
        ObjectTree eviction = ObjectTree.of(
                "apiVersion",
                "policy/v1",
                "kind",
                "Eviction",
                "metadata",
                ObjectTree.of("name", pod.name(), "namespace", pod.namespace()),
                "deleteOptions",
                options);
        pod.resource(session).createSubresource(pod.name(), "eviction", eviction);
    }
}
