@NullMarked
package io.amphora.store;

import org.jspecify.annotations.NullMarked;
