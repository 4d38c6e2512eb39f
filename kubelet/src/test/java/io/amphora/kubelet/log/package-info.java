@NullMarked
package io.amphora.kubelet.log;

import org.jspecify.annotations.NullMarked;
