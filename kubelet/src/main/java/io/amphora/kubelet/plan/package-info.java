/// What decides: pure functions of a Pod, what is seen of it on this node, and the time.
@NullMarked
package io.amphora.kubelet.plan;

import org.jspecify.annotations.NullMarked;
