@NullMarked
package io.amphora.runtime.testing;

import org.jspecify.annotations.NullMarked;
