@NullMarked
package io.amphora.bench;

import org.jspecify.annotations.NullMarked;
