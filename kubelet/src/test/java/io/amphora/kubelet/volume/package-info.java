@NullMarked
package io.amphora.kubelet.volume;

import org.jspecify.annotations.NullMarked;
