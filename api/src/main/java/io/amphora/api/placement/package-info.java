/// What a Pod asks of a node and whether the node has it: resources, labels, taints, ports. The scheduler chooses by
/// it, the DaemonSet controller counts by it, and the kubelet checks it again.
@NullMarked
package io.amphora.api.placement;

import org.jspecify.annotations.NullMarked;
