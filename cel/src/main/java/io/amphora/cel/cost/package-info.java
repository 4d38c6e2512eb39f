@NullMarked
package io.amphora.cel.cost;

import org.jspecify.annotations.NullMarked;
