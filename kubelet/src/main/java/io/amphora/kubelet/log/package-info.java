/// What containers wrote: the runtime's log files, read and rotated.
@NullMarked
package io.amphora.kubelet.log;

import org.jspecify.annotations.NullMarked;
