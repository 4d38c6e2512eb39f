@NullMarked
package io.amphora.kubectl;

import org.jspecify.annotations.NullMarked;
