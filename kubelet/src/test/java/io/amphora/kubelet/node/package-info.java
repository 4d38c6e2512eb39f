@NullMarked
package io.amphora.kubelet.node;

import org.jspecify.annotations.NullMarked;
