/// Bringing images onto the node.
@NullMarked
package io.amphora.kubelet.image;

import org.jspecify.annotations.NullMarked;
