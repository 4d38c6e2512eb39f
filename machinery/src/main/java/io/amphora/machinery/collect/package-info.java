@NullMarked
package io.amphora.machinery.collect;

import org.jspecify.annotations.NullMarked;
