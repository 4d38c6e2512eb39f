@NullMarked
package io.amphora.kubectl.output;

import org.jspecify.annotations.NullMarked;
