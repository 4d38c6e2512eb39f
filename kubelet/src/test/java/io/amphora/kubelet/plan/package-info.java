@NullMarked
package io.amphora.kubelet.plan;

import org.jspecify.annotations.NullMarked;
