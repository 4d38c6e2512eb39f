/// This node as the cluster sees it.
@NullMarked
package io.amphora.kubelet.node;

import org.jspecify.annotations.NullMarked;
