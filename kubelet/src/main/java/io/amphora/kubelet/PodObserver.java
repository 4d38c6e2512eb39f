package io.amphora.kubelet;

import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.container.Labels;
import io.amphora.kubelet.plan.Run;
import io.amphora.runtime.ContainerRuntime;
import io.amphora.runtime.Sandbox;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/// Looks at what the runtime has of one Pod. Remembers what can't change any more: ended runs, and the
/// addresses of
/// sandboxes.
final class PodObserver {
    private final ContainerRuntime runtime;
    private final TerminationMessages messages;
    private final String uid;
    private final Map<String, Run> ended = new HashMap<>();
    private final Map<String, List<String>> addresses = new HashMap<>();

    PodObserver(ContainerRuntime runtime, TerminationMessages messages, String uid) {
        this.runtime = runtime;
        this.messages = messages;
        this.uid = uid;
    }

    /// The Pod's sandboxes, newest first.
    List<Sandbox.Status> sandboxes() {
        var found = new ArrayList<Sandbox.Status>();
        for (var sandbox : runtime.sandboxes(Map.of(Labels.POD_UID, uid)))
            found.add(new Sandbox.Status(sandbox, sandbox.ready() ? addresses(sandbox.id()) : List.of()));
        found.sort(Comparator.comparing(
                        (Sandbox.Status one) -> one.sandbox().metadata().attempt())
                .thenComparing(one -> one.sandbox().createdAt())
                .reversed());
        addresses
                .keySet()
                .retainAll(found.stream().map(one -> one.sandbox().id()).toList());
        return found;
    }

    private List<String> addresses(String sandbox) {
        return addresses.computeIfAbsent(
                sandbox, id -> runtime.findSandbox(id).map(Sandbox.Status::ips).orElse(List.of()));
    }

    /// The runs of the Pod's containers, newest first.
    List<Run> runs(Pod pod) {
        var found = new ArrayList<Run>();
        for (var listed : runtime.containers(Map.of(Labels.POD_UID, uid))) {
            var known = ended.get(listed.id());
            if (known != null) {
                found.add(known);
                continue;
            }
            var status = runtime.findContainer(listed.id());
            if (status.isEmpty()) continue; // removed between the two calls
            var run = Run.of(listed, status.get());
            if (run.hasExited()) {
                run = run.withMessage(messages.of(pod, run));
                ended.put(run.id(), run);
            }
            found.add(run);
        }
        ended.keySet().retainAll(new HashSet<>(found.stream().map(Run::id).toList()));
        found.sort(
                Comparator.comparing(Run::attempt).thenComparing(Run::createdAt).reversed());
        return found;
    }
}
