@NullMarked
package io.amphora.machinery.apply;

import org.jspecify.annotations.NullMarked;
