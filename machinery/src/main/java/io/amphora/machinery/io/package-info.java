/// Reading what others write, to a limit.
@NullMarked
package io.amphora.machinery.io;

import org.jspecify.annotations.NullMarked;
