package io.amphora.kubelet.plan;

import io.amphora.api.core.v1.Pod;
import java.nio.charset.StandardCharsets;

/// How much room the last words of a Pod's containers take in its status.
final class TerminationText {
    /// Of all containers together (Kubernetes' MaxPodTerminationMessageLogLength).
    private static final int MOST = 12 * 1024;

    private TerminationText() {}

    /// The start of a message, as long as the container's share allows.
    static String share(Pod pod, String message) {
        int containers = pod.spec().containers().size()
                + pod.spec().initContainers().size()
                + Containers.ephemeral(pod).size();
        return start(message, MOST / Math.max(1, containers));
    }

    /// No more bytes than that, and no half character.
    private static String start(String text, int bytes) {
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        if (encoded.length <= bytes) return text;
        int end = bytes;
        while (end > 0 && (encoded[end] & 0xc0) == 0x80) end--;
        return new String(encoded, 0, end, StandardCharsets.UTF_8);
    }
}
