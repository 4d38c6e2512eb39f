/// Probes and hooks: what is asked of running containers.
@NullMarked
package io.amphora.kubelet.probe;

import org.jspecify.annotations.NullMarked;
