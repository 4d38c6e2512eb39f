@NullMarked
package io.amphora.machinery.field;

import org.jspecify.annotations.NullMarked;
