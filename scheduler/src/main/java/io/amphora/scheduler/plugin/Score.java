package io.amphora.scheduler.plugin;

import io.amphora.scheduler.Cluster;
import io.amphora.scheduler.NodeInfo;
import io.amphora.scheduler.PodInfo;
import java.util.List;
import java.util.Optional;

/// A preference among nodes that fit: more is better. A pure function of its arguments.
public interface Score {
    /// The most that a node can be given, after normalisation.
    double MOST = 100;

    /// One raw figure for each node, in their order; empty when the Pod gives no reason to tell nodes apart.
    Optional<double[]> of(PodInfo pod, List<NodeInfo> nodes, Cluster cluster);

    /// How raw figures become 0 to [#MOST].
    Scale scale();

    double weight();

    enum Scale {
        /// They are already.
        AS_IS,
        /// The highest becomes the most, 0 stays 0.
        BY_HIGHEST,
        /// As BY_HIGHEST, but the highest becomes 0: raw figures count what is disliked.
        FEWEST_FIRST,
        /// The lowest becomes 0 and the highest the most.
        BY_RANGE
    }
}
