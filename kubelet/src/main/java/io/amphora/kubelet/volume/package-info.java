/// A Pod's volumes as folders of this node.
@NullMarked
package io.amphora.kubelet.volume;

import org.jspecify.annotations.NullMarked;
