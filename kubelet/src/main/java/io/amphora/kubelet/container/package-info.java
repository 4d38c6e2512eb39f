/// How a Pod becomes what a container runtime is asked for. Pure functions.
@NullMarked
package io.amphora.kubelet.container;

import org.jspecify.annotations.NullMarked;
