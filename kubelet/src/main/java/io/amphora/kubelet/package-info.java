/// The node agent: runs the Pods that are bound to its node.
@NullMarked
package io.amphora.kubelet;

import org.jspecify.annotations.NullMarked;
