package io.amphora.kubelet.container;

import io.amphora.api.core.v1.Container;
import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.plan.Containers;
import java.util.HashMap;
import java.util.Map;

/// How sandboxes and containers tell whose they are: all that a node knows after a restart comes from here.
public final class Labels {
    public static final String POD_NAME = "io.kubernetes.pod.name";
    public static final String POD_NAMESPACE = "io.kubernetes.pod.namespace";
    public static final String POD_UID = "io.kubernetes.pod.uid";
    public static final String CONTAINER = "io.kubernetes.container.name";

    static final String GRACE = "io.kubernetes.pod.terminationGracePeriod";
    public static final String MESSAGE_PATH = "io.kubernetes.container.terminationMessagePath";
    public static final String MESSAGE_POLICY = "io.kubernetes.container.terminationMessagePolicy";
    static final String RESTARTS = "io.kubernetes.container.restartCount";

    private Labels() {}

    public static Map<String, String> of(Pod pod) {
        return Map.of(POD_NAME, pod.name(), POD_NAMESPACE, pod.namespace(), POD_UID, pod.uid());
    }

    static Map<String, String> of(Pod pod, Container container) {
        var labels = new HashMap<>(of(pod));
        labels.put(CONTAINER, container.name());
        return labels;
    }

    static Map<String, String> annotations(Pod pod, Container container, int attempt) {
        var annotations = new HashMap<String, String>();
        annotations.put(Containers.FINGERPRINT, Containers.fingerprint(container));
        annotations.put(RESTARTS, Integer.toString(attempt));
        annotations.put(MESSAGE_PATH, container.terminationMessagePath());
        annotations.put(MESSAGE_POLICY, container.terminationMessagePolicy());
        pod.spec()
                .findTerminationGracePeriodSeconds()
                .ifPresent(seconds -> annotations.put(GRACE, Long.toString(seconds)));
        return annotations;
    }
}
