@NullMarked
package io.amphora.cel;

import org.jspecify.annotations.NullMarked;
