@NullMarked
package io.amphora.runtime;

import org.jspecify.annotations.NullMarked;
