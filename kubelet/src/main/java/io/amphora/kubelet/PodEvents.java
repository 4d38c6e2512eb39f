package io.amphora.kubelet;

import io.amphora.api.core.v1.Pod;
import io.amphora.client.EventRecorder;
import io.amphora.kubelet.plan.Containers;
import java.util.function.Supplier;

/// The events of one Pod; those of a container say which in their field path.
final class PodEvents {
    private final EventRecorder recorder;
    private final Supplier<Pod> pod;

    PodEvents(EventRecorder recorder, Supplier<Pod> pod) {
        this.recorder = recorder;
        this.pod = pod;
    }

    void pod(String type, String reason, String message) {
        recorder.event(pod.get(), type, reason, message);
    }

    void container(String name, String type, String reason, String message) {
        String list = Containers.isInit(pod.get(), name)
                ? "initContainers"
                : isEphemeral(name) ? "ephemeralContainers" : "containers";
        var regarding = EventRecorder.reference(pod.get()).with("fieldPath", "spec." + list + "{" + name + "}");
        recorder.event(regarding, type, reason, message);
    }

    private boolean isEphemeral(String name) {
        return Containers.ephemeral(pod.get()).stream()
                .anyMatch(one -> one.name().equals(name));
    }
}
