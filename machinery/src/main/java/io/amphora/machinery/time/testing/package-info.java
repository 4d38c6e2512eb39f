@NullMarked
package io.amphora.machinery.time.testing;

import org.jspecify.annotations.NullMarked;
