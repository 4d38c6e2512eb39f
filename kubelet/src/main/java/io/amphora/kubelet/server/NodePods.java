package io.amphora.kubelet.server;

import io.amphora.api.core.v1.Pod;
import io.amphora.kubelet.plan.Observed;
import java.util.List;
import java.util.Optional;

/// The Pods of this node, as their workers know them.
public interface NodePods {
    List<Pod> all();

    Optional<Known> find(String namespace, String name);

    /// One Pod and what was last seen of it.
    interface Known {
        Pod pod();

        Observed seen();
    }
}
