@NullMarked
package io.amphora.kubelet.probe;

import org.jspecify.annotations.NullMarked;
