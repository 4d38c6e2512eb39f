@NullMarked
package io.amphora.kubelet.container;

import org.jspecify.annotations.NullMarked;
