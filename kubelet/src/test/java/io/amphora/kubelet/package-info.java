@NullMarked
package io.amphora.kubelet;

import org.jspecify.annotations.NullMarked;
