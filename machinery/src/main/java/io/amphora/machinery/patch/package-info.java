@NullMarked
package io.amphora.machinery.patch;

import org.jspecify.annotations.NullMarked;
