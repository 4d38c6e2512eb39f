package io.amphora.scheduler.plugin;

import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import io.amphora.scheduler.Verdict;
import java.util.Optional;

/// A condition that a node must meet. A pure function of its arguments.
///
/// A filter is first handed the Pod and the whole cluster, once per decision; what it learns there it keeps in
/// the
/// [Test]
/// that is then put to each node.
public interface Filter {

    /// Empty when this filter has nothing to ask of any node.
    Optional<Test> prepare(PodInfo pod, Cluster cluster);

    @FunctionalInterface
    interface Test {
        Verdict of(NodeInfo node);
    }

    /// The Pod cannot go anywhere, whatever the nodes are.
    final class NowhereException extends RuntimeException {
        private final String reason;

        public NowhereException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        public String reason() {
            return reason;
        }
    }
}
