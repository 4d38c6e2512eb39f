@NullMarked
package io.amphora.e2e;

import org.jspecify.annotations.NullMarked;
