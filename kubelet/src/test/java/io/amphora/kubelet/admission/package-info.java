@NullMarked
package io.amphora.kubelet.admission;

import org.jspecify.annotations.NullMarked;
