@NullMarked
package io.amphora.cel.value;

import org.jspecify.annotations.NullMarked;
