/// Tools that try a store hard.
@NullMarked
package io.amphora.store.testing;

import org.jspecify.annotations.NullMarked;
