@NullMarked
package io.amphora.machinery.quantity;

import org.jspecify.annotations.NullMarked;
