@NullMarked
package io.amphora.machinery.select;

import org.jspecify.annotations.NullMarked;
