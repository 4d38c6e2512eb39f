@NullMarked
package io.amphora.machinery.random;

import org.jspecify.annotations.NullMarked;
