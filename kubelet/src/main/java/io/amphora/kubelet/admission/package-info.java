/// Whether this node takes a Pod that is bound to it.
@NullMarked
package io.amphora.kubelet.admission;

import org.jspecify.annotations.NullMarked;
