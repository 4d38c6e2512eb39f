@NullMarked
package io.amphora.dns;

import org.jspecify.annotations.NullMarked;
