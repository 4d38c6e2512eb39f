@NullMarked
package io.amphora.machinery.time;

import org.jspecify.annotations.NullMarked;
